import { join } from 'node:path';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type CfnFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { env, metricNamespace } from '#core/names.ts';
import type { FunctionNetwork } from '../stage/network.ts';
import { repositoryRoot } from '../stage/repository.ts';
import type { CatalogueLayer } from './catalogue-layer.ts';

/** What every function of a stage shares. */
export interface FunctionContext {
  readonly stage: string;
  readonly catalogue: CatalogueLayer;
  /** Folder that holds `<name>/handler.ts`. */
  readonly lambdas: string;
  /** Customer-managed key of what the functions read and write. */
  readonly key?: IKey | undefined;
  readonly network?: FunctionNetwork | undefined;
  /** Whether X-Ray records what the functions do. */
  readonly tracing: boolean;
}

export interface AssayFunctionProps {
  readonly context: FunctionContext;
  /** Folder under lambdas/ that holds handler.ts. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB. Lambda gives a whole CPU at 1,769. */
  readonly memorySize: number;
  readonly reservedConcurrentExecutions?: number;
  /** Modules that are imported when they are needed, and here never are, as esbuild's `external`. */
  readonly leftOut?: readonly string[];
  readonly environment: Readonly<Partial<Record<(typeof env)[keyof typeof env], string>>>;
}

/**
 * A function of Assay: bundled from its handler file, with a role of its own that starts with nothing but the right
 * to write its log (the managed policy of Lambda would grant every log group of the account).
 */
export class AssayFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: AssayFunctionProps) {
    const { context } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      // Long enough to look into last week's alarm; logs hold ids and reasons, never texts.
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(context.key !== undefined && { encryptionKey: context.key }),
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      entry: join(context.lambdas, props.name, 'handler.ts'),
      handler: 'handler',
      projectRoot: repositoryRoot,
      depsLockFilePath: join(repositoryRoot, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      // Graviton: a fifth cheaper than x86 for the same work.
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      ...(props.reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
      ...(context.tracing && { tracing: Tracing.ACTIVE }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      layers: [context.catalogue.layer],
      // The SDK of today reuses connections by itself; this only leaves its old variable out.
      awsSdkConnectionReuse: false,
      environment: {
        [env.stage]: context.stage,
        [env.catalogue]: context.catalogue.path,
        ...props.environment,
      },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        // The sizes that esbuild would print belong in the bench.
        logLevel: LogLevel.WARNING,
        // A map is several times the bundle and is read at every cold start. Build one by hand when a stack trace needs it.
        sourceMap: false,
        // The tested SDK, not the one that the runtime happens to carry.
        bundleAwsSDK: true,
        externalModules: [...(props.leftOut ?? [])],
        // CommonJS dependencies call require, which an ES module lacks.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
        mainFields: ['module', 'main'],
      },
    });
    if (context.tracing) this.#acknowledge(tracingNeedsAnyResource);
    if (context.key !== undefined) this.allow(context.key.keyArn, keyUse);
    if (context.network !== undefined) this.#enter(context.network);
  }

  /** Lets the function do the named actions on one resource. */
  allow(
    resource: string,
    actions: readonly string[],
    conditions?: Record<string, Record<string, string>>,
  ): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [resource],
        ...(conditions && { conditions }),
      }),
    );
  }

  /** Lets it do what a resource with a wildcard is named for, for a reason. @param shown the resource as cdk-nag writes it */
  allowWide(
    { resource, actions, conditions }: WideGrant,
    { shown, reason }: { readonly shown: string; readonly reason: string },
  ): void {
    this.allow(resource, actions, conditions);
    this.#acknowledge({ id: `AwsSolutions-IAM5[Resource::${shown}]`, reason });
  }

  /** Lets it publish metrics of its stage. The action takes no resource; the namespace is all IAM can restrict. */
  allowMetrics(stage: string): void {
    this.allow('*', ['cloudwatch:PutMetricData'], {
      StringEquals: { 'cloudwatch:namespace': metricNamespace(stage) },
    });
    this.#acknowledge(putMetricDataNeedsAnyResource);
  }

  /** The ids alone: a lookup of the VPC would want credentials at synth. */
  #enter({ subnetIds, securityGroupIds }: FunctionNetwork): void {
    (this.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    this.allow('*', [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ]);
    this.#acknowledge(networkNeedsAnyResource);
  }

  #acknowledge(rule: { readonly id: string; readonly reason: string }): void {
    Validations.of(this).acknowledge(rule);
    if (this.role !== undefined) Validations.of(this.role).acknowledge(rule);
  }
}

export interface WideGrant {
  readonly resource: string;
  readonly actions: readonly string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

/** What reading and writing under a customer-managed key asks of the key. */
export const keyUse: readonly string[] = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

const tracingNeedsAnyResource = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason: 'X-Ray takes segments of an account and knows no resource to send them to.',
} as const;

const networkNeedsAnyResource = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason: 'Lambda makes the network interfaces of a function under its role, before they have names.',
} as const;

const putMetricDataNeedsAnyResource = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason:
    "cloudwatch:PutMetricData knows no resources; the statement is conditioned on the stage's namespace.",
} as const;

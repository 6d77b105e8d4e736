import { type App, Stack, Tags } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { packCatalogue } from '#adapters/files/compiled-catalogue.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { defaultSurface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { catalogueMetadata } from '#core/names.ts';
import { OperationalAlarms } from './alarms/operational-alarms.ts';
import { SurfaceAlarms } from './alarms/surface-alarms.ts';
import { AssayDashboard } from './dashboard/dashboard.ts';
import { CatalogueLayer } from './functions/catalogue-layer.ts';
import { writeOutputs } from './outputs.ts';
import { Intake } from './pipeline/intake.ts';
import { JudgeQueue } from './pipeline/judge-queue.ts';
import { Judging } from './pipeline/judging.ts';
import { Notifications } from './pipeline/notifications.ts';
import { PeoplePolicies } from './pipeline/people-policies.ts';
import { Ratings } from './pipeline/ratings.ts';
import { SloEvaluation } from './pipeline/slo-evaluation.ts';
import { Storage } from './pipeline/storage.ts';
import { FunctionNetwork } from './stage/network.ts';
import { lambdasFolder } from './stage/repository.ts';
import { type Settings, stackName } from './stage/settings.ts';

export interface AssayStackProps {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  /** Folder that holds `<name>/handler.ts`; the repository's own unless told otherwise. */
  readonly lambdas?: string;
}

/** A stage of Assay. It asks no account for anything, so that it can be synthesized without credentials. */
export class AssayStack extends Stack {
  readonly surfaceAlarms: readonly SurfaceAlarms[];

  constructor(app: App, { settings, catalogue, lambdas = lambdasFolder }: AssayStackProps) {
    const { stage, alarmEmail, retain, throughput, network, pin } = settings;
    super(app, stackName(stage), {
      description: `Assay ${stage}: judges a sample of LLM responses and alarms on quality objectives`,
      terminationProtection: settings.terminationProtection,
      ...(pin !== undefined && { env: pin }),
    });
    // AWS-compatible servers that teams deploy to for tests take no tags of keys.
    for (const [name, value] of Object.entries(settings.tags))
      Tags.of(this).add(name, value, { excludeResourceTypes: ['AWS::KMS::Key'] });

    // The functions read it from their layer; people and pipelines, who have no layer, from the template.
    this.templateOptions.metadata = { [catalogueMetadata]: packCatalogue(catalogue) };
    const key = settings.keyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', settings.keyArn);
    const context = {
      stage,
      lambdas,
      catalogue: new CatalogueLayer(this, 'Catalogue', { catalogue }),
      key,
      network: network === undefined ? undefined : new FunctionNetwork(this, 'Network', network),
      tracing: settings.tracing,
    };
    const notifications = new Notifications(this, 'Notifications', { stage, alarmEmail });
    const storage = new Storage(this, 'Storage', {
      retain,
      deletionProtection: settings.deletionProtection,
      adopted: settings.tables,
      key,
      textsFor: catalogue.retention.texts,
    });
    const judgeQueue = new JudgeQueue(this, 'JudgeQueue', { key, judges: judgesInUse(catalogue) });
    const intake = new Intake(this, 'Intake', {
      context,
      storage,
      judgeQueue: judgeQueue.queue,
      throughput,
      senders: settings.senders,
    });
    const judging = new Judging(this, 'Judging', {
      context,
      storage,
      judgeQueue,
      judges: judgesInUse(catalogue),
      throughput,
      retain,
    });
    const evaluation = new SloEvaluation(this, 'SloEvaluation', {
      context,
      storage,
      judgeQueue,
      notifications,
      evaluators: settings.evaluators,
    });
    const ratingIntake = new Ratings(this, 'RatingIntake', { context, storage });

    const runbook = runbookOf(catalogue);
    const { owner } = surfaceOf(catalogue, defaultSurface);
    const operationalAlarms = new OperationalAlarms(this, 'OperationalAlarms', {
      stage,
      catalogue,
      owner,
      runbook,
      storage,
      intake,
      judgeQueue,
      judging,
      evaluation,
      ratingIntake,
      notifications,
    });
    this.surfaceAlarms = catalogue.surfaces
      // A surface whose SLOs are all off has no alarms, and CloudFormation takes no stack without resources.
      .filter(({ slos }) => slos.length > 0)
      .map(
        (surface) =>
          new SurfaceAlarms(this, `Alarms-${surface.surface}`, {
            stage,
            surface,
            evaluation,
            notifications,
            runbook,
          }),
      );
    const dashboard = new AssayDashboard(this, 'Dashboards', {
      stage,
      catalogue,
      intake,
      judgeQueue,
      ownAlarms: alarmNamesOf(operationalAlarms),
      runbook,
    });

    this.node.addValidation({ validate: () => sharedAlarmNames(this) });

    writeOutputs(this, {
      settings,
      storage,
      intake,
      judgeQueue,
      judging,
      evaluation,
      ratingIntake,
      notifications,
      people: new PeoplePolicies(this, 'People', {
        stage,
        storage,
        intake,
        judgeQueue,
        judging,
        ratingIntake,
        key,
      }),
      dashboardName: dashboard.names[0],
    });
  }
}

/** Surface "a" with the SLO "cost-b" and surface "a-cost" with "b" would take one name, and the second deployment fail. */
export function sharedAlarmNames(stack: Stack): string[] {
  const names = alarmNamesOf(stack);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `Two alarms would have the name "${name}"; rename one of the surfaces or SLOs in slos/`,
  );
}

/** Every alarm of ours has a name that is fixed at synth. */
function alarmNamesOf(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .flatMap((construct) => (construct instanceof CfnAlarm ? (construct.alarmName ?? []) : []));
}

/** Address of the runbook, which each SLO's link begins with. */
function runbookOf({ surfaces }: Catalogue): string {
  const link = surfaces.flatMap(({ slos }) => slos)[0]?.runbook;
  return link?.split('#')[0] ?? 'docs/runbook.md';
}

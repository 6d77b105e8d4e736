import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { AssayStack } from './assay-stack.ts';
import { featureFlags } from './stage/feature-flags.ts';
import { settingsOf } from './stage/settings.ts';

/** A CloudFormation template, as far as its readers look into it. */
export interface Template {
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Description?: string; readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

export interface NestedTemplate {
  readonly surface: string;
  /** Logical id of the nested stack's resource in the parent. */
  readonly logicalId: string;
  /** Values of the nested template's parameters: expressions over the parent's resources. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly template: Template;
}

export interface Synthesis {
  readonly template: Template;
  readonly nested: readonly NestedTemplate[];
}

/**
 * Synthesizes a stage in this process: no bundling, no network, nothing left on disk. For the local run and tests.
 *
 * @throws Error saying what a stage's name must look like
 */
export function synthesizeTemplate(
  catalogue: Catalogue,
  stage: string,
  chosen: Readonly<Record<string, string>> = {},
): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'assay-synth-'));
  try {
    const app = new App({ ...inProcess, outdir });
    const stack = new AssayStack(app, { settings: settingsOf(stage, chosen), catalogue });
    app.synth();
    const read = (file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8')) as Template;
    const template = read(stack.templateFile);
    return {
      template,
      nested: stack.surfaceAlarms.map((alarms) => {
        const logicalId = stack.resolve(alarms.nestedStackResource?.logicalId) as string;
        const parameters = template.Resources[logicalId]?.Properties?.Parameters ?? {};
        return {
          surface: alarms.surface,
          logicalId,
          parameters: parameters as Record<string, unknown>,
          template: read(alarms.templateFile),
        };
      }),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Properties of an App that is synthesized for its template alone. */
export const inProcess = {
  analyticsReporting: false,
  treeMetadata: false,
  stackTraces: false,
  // CloudFormation's resource schemas are checked by a test; here they would cost more than all the rest.
  builtinCloudFormationValidation: false,
  context: {
    ...featureFlags,
    // Functions are not bundled, and assets not copied.
    'aws:cdk:bundling-stacks': [],
    'aws:cdk:disable-asset-staging': true,
    'aws:cdk:enable-path-metadata': false,
  },
};

import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Synthesis, TemplateResource } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { functionFolder } from '#local/stack/read-functions.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(tmpdir(), 'assay-test-templates');

/** All that a template is made of, beside its catalogue and stage. */
const sources = ['cdk/**/*.ts', 'src/**/*.ts', 'lambdas/**/*.ts', 'package-lock.json'];

let sourcesHash: string | undefined;

function hashSources(): string {
  if (sourcesHash !== undefined) return sourcesHash;
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync(sources, { cwd: root }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  sourcesHash = hash.digest('hex');
  return sourcesHash;
}

/**
 * The templates of a stage. Test files share what one of them has synthesized, for CDK alone takes seconds to load: it
 * lies in the temporary folder under a hash of all that it was made of.
 */
export async function templatesOf(catalogue: Catalogue, stage = 'test'): Promise<Synthesis> {
  const key = createHash('sha256')
    .update(JSON.stringify([hashSources(), stage, catalogue]))
    .digest('hex');
  const file = join(cache, `${key}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Synthesis;
  } catch {
    const { synthesizeTemplate } = await import('#cdk/synthesize.ts');
    const synthesis = synthesizeTemplate(catalogue, stage);
    mkdirSync(cache, { recursive: true });
    const staged = `${file}.${process.pid}`;
    writeFileSync(staged, JSON.stringify(synthesis));
    renameSync(staged, file);
    return synthesis;
  }
}

/** The templates without alarms and dashboards, which alone depend on the catalogue. */
export function withoutAlarms({ template }: Synthesis): Synthesis {
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => !Type.startsWith('AWS::CloudWatch::'),
  );
  return { template: { ...template, Resources: Object.fromEntries(kept) }, nested: [] };
}

export interface WallTimes {
  /** How long sampler and judge may work on a batch. A judgement's lease lasts as long. */
  readonly functionSeconds: number;
  /** How long a queue hides a message that was received. */
  readonly visibilitySeconds: number;
}

/**
 * The templates with times of work as the wall has them, on a local stack whose waits are divided by `timeFactor`: work
 * takes as long as the machine takes, and divided by the factor a busy one would run out of it.
 */
export function withWallTimes(
  { template, nested }: Synthesis,
  timeFactor: number,
  { functionSeconds, visibilitySeconds }: WallTimes,
): Synthesis {
  const propertiesOf = (id: string, { Type, Properties = {} }: TemplateResource) => {
    if (Type === 'AWS::SQS::Queue')
      return { ...Properties, VisibilityTimeout: visibilitySeconds * timeFactor };
    if (Type === 'AWS::Lambda::Function' && ['sampler', 'judge'].includes(functionFolder(id)))
      return { ...Properties, Timeout: functionSeconds * timeFactor };
    return Properties;
  };
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [
      id,
      { ...resource, Properties: propertiesOf(id, resource) },
    ]),
  );
  return { template: { ...template, Resources }, nested };
}

import { join } from 'node:path';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { readYamlFile } from '#adapters/files/yaml-file.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { type Policy, policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { testRubric } from './catalogue.ts';
import { judgesFor } from './judges.ts';

const root = join(import.meta.dirname, '..', '..');

/** The catalogue of the repository's own files. */
export async function shippedCatalogue(): Promise<Catalogue> {
  const reading = await loadCatalogue(root);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.catalogue;
}

export async function shippedPolicy(): Promise<Policy> {
  const reading = await readYamlFile(join(root, 'slos', 'policy.yaml'), policySchema);
  if (!reading.ok) throw new Error('slos/policy.yaml does not fit its schema');
  return reading.value;
}

export interface SurfaceChoice {
  readonly surface: string;
  readonly tier?: 1 | 2 | 3;
  readonly slos: Readonly<Record<string, unknown>>;
  readonly sampleRate?: number;
  readonly expectedPerDay?: number;
}

/** Surfaces of a test under the shipped policy: its objectives, windows, rows and tiers. Everything is sampled. */
export async function catalogueOf(
  surfaces: readonly SurfaceChoice[],
  changes: Partial<Policy> = {},
  rubrics: readonly Rubric[] = [testRubric()],
): Promise<Catalogue> {
  const compilation = compileCatalogue(
    { ...(await shippedPolicy()), ...changes },
    [...surfaces, { surface: 'default', slos: { 'judge-pass': 'on' } }].map((choice) =>
      surfaceSchema.parse({
        owner: 'a-team',
        tier: 2,
        sampleRate: 0.999_999,
        expectedPerDay: 20_000,
        feedback: true,
        ...choice,
      }),
    ),
    rubrics,
    judgesFor(rubrics),
  );
  if (!compilation.ok) throw new Error(compilation.faults.map(({ message }) => message).join('\n'));
  return compilation.catalogue;
}

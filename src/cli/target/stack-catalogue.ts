import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readStackCatalogue } from '#adapters/cloudformation/stack.ts';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { CliError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';

/** The catalogue that a stack runs with. @throws CliError where its template tells none */
export async function requireStackCatalogue(stack: string): Promise<Catalogue> {
  const reading = await readStackCatalogue(stack);
  if (reading.ok) return reading.catalogue;
  throw new CliError(
    `The objectives and rubrics that "${stack}" runs with could not be read: ${oneLine(reading.reason, 300)}. Wanted its template (cloudformation:GetTemplate, which the policy of the output ReaderPolicyArn allows), deployed by this version.`,
  );
}

/** Whether a folder holds the files of a catalogue. */
export async function holdsCatalogue(root: string): Promise<boolean> {
  return access(join(root, 'slos')).then(
    () => true,
    () => false,
  );
}

/** What a catalogue has otherwise than another: surfaces and rubrics by name, and `policy`. */
export function listDifferences(one: Catalogue, other: Catalogue): string[] {
  const [first, second] = [partsOf(one), partsOf(other)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .filter((name) => !isDeepStrictEqual(first.get(name), second.get(name)))
    .sort();
}

/** In the form that a catalogue has after it was stored. */
function partsOf(catalogue: Catalogue): Map<string, unknown> {
  const { surfaces, rubrics, ...policy } = JSON.parse(JSON.stringify(catalogue)) as Catalogue;
  return new Map<string, unknown>([
    ...surfaces.map((each) => [each.surface, each] as const),
    ...rubrics.map((each) => [rubricName(each), each] as const),
    ['policy', policy],
  ]);
}

/** What differs between a folder's files and the catalogue that a stack runs with, in a sentence; undefined where nothing does. */
export async function describeDifference(
  stack: string,
  deployed: Catalogue,
  root: string,
): Promise<string | undefined> {
  if (!(await holdsCatalogue(root))) return undefined;
  const here = await loadCatalogue(root);
  const what = `${stack} runs with what was deployed, and that is used`;
  if (!here.ok) return `The files in slos/ and rubrics/ here are not in order; ${what}.`;
  const differing = listDifferences(deployed, here.catalogue);
  if (differing.length === 0) return undefined;
  const shown = differing.slice(0, 8).map((name) => oneLine(name, 80));
  const rest = differing.length - shown.length;
  return `The files in slos/ and rubrics/ here differ in ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}; ${what}.`;
}

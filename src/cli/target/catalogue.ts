import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { CliError, FileFaultError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';

/** The catalogue of the files in this folder. @throws CliError with every fault where there are any */
export async function requireCatalogue(root = process.cwd()): Promise<Catalogue> {
  const reading = await loadCatalogue(root);
  if (!reading.ok)
    throw new FileFaultError(
      `The files in slos/ and rubrics/ are not in order:\n${reading.faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  return reading.catalogue;
}

/** A surface of the catalogue. @throws CliError that lists the known ones */
export function requireSurface(catalogue: Catalogue, name: string): string {
  const known = catalogue.surfaces.map(({ surface }) => surface);
  if (!known.includes(name))
    throw new CliError(`--surface: there is no surface "${oneLine(name)}" here. Known: ${known.join(', ')}.`);
  return name;
}

/** The SLO of a name as people type it, with the surface beside it or in it. @throws CliError that lists the known ones */
export function requireSlo(catalogue: Catalogue, name: string, surface?: string): Slo {
  const full = surface === undefined ? name : nameWithin(requireSurface(catalogue, surface), name);
  const slo = findSlo(catalogue, full);
  if (slo !== undefined) return slo;
  const all = catalogue.surfaces.flatMap(({ slos }) => slos);
  const same = all.filter(({ id }) => id === full).map(sloName);
  throw new CliError(
    same.length > 1
      ? `"${oneLine(full)}" is an SLO of ${same.length} surfaces. Name one: ${same.join(', ')}.`
      : `There is no SLO "${oneLine(full)}". Known ones:\n${all.map((each) => `  ${sloName(each)}`).join('\n')}`,
  );
}

function nameWithin(surface: string, name: string): string {
  return name.startsWith(`${surface}/`) ? name : `${surface}/${name}`;
}

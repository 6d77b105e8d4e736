import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { CliError } from '../terminal/output.ts';

/** The catalogue of the files in this folder. @throws CliError with every fault where there are any */
export async function requireCatalogue(root = process.cwd()): Promise<Catalogue> {
  const reading = await loadCatalogue(root);
  if (!reading.ok)
    throw new CliError(
      `The files in slos/ and rubrics/ are not in order:\n${reading.faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  return reading.catalogue;
}

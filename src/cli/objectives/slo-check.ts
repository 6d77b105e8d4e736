import { type CatalogueCheck, checkCatalogueFiles } from '#adapters/files/catalogue-files.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { checkExpectedTraffic } from './slo-capacity.ts';
import { formatCatalogue } from './slo-text.ts';

/** Prints the SLOs that the files make, or every fault with its place. Warnings go to stderr and fail nothing. */
export async function checkSlos(root: string, { json = false }: JsonOptions): Promise<void> {
  const check = await checkAll(root);
  if (!check.ok) process.exitCode = 1;
  if (json) {
    const found = check.ok
      ? { ok: true, faults: [], warnings: check.warnings, surfaces: check.catalogue.surfaces }
      : { ok: false, faults: check.faults, warnings: [], surfaces: [] };
    print(JSON.stringify(found, null, 2));
  } else if (check.ok) {
    for (const warning of check.warnings) printAside(`Warning: ${formatFault(warning)}`);
    print(formatCatalogue(check.catalogue));
  } else {
    printAside(check.faults.map(formatFault).join('\n'));
  }
}

/** The files, and then whether a stage holds the traffic that they expect. */
async function checkAll(root: string): Promise<CatalogueCheck> {
  const check = await checkCatalogueFiles(root);
  if (!check.ok) return check;
  const { faults, warnings } = await checkExpectedTraffic(root, check.catalogue);
  return faults.length > 0 ? { ok: false, faults } : { ...check, warnings: [...check.warnings, ...warnings] };
}

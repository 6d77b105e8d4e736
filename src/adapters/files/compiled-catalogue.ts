import { readFile } from 'node:fs/promises';
import type { Catalogue } from '#core/catalogue/catalogue.ts';

/** Reads the compiled catalogue that a deployment or a local run carries. */
export async function readCompiledCatalogue(file: string): Promise<Catalogue> {
  return JSON.parse(await readFile(file, 'utf8')) as Catalogue;
}

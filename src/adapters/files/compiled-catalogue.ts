import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Catalogue } from '#core/catalogue/catalogue.ts';

/** Reads the compiled catalogue that a deployment or a local run carries. */
export async function readCompiledCatalogue(file: string): Promise<Catalogue> {
  return JSON.parse(await readFile(file, 'utf8')) as Catalogue;
}

/** A compiled catalogue as one word of text, which a template's Metadata carries. */
export function packCatalogue(catalogue: Catalogue): string {
  return gzipSync(JSON.stringify(catalogue)).toString('base64');
}

/** The catalogue that {@link packCatalogue} packed. @throws Error where the text is no such thing */
export function unpackCatalogue(packed: string): Catalogue {
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as Catalogue;
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { FileFaultError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { schemaFiles } from './schemas-files.ts';

export interface SchemasOptions extends JsonOptions {
  readonly check?: boolean;
}

/**
 * Writes `schemas/*.schema.json`; with `check`, only says which are not current.
 *
 * @throws CliError with `check` where one is not current
 */
export async function writeSchemas(
  root: string,
  { check = false, json = false }: SchemasOptions,
): Promise<void> {
  const folder = join(root, 'schemas');
  const stale: string[] = [];
  for (const [name, text] of schemaFiles()) {
    const current = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (current !== text) stale.push(name);
  }
  if (json) {
    const files = [...schemaFiles().keys()];
    print(JSON.stringify({ ok: !check || stale.length === 0, files, stale, written: !check }, null, 2));
    if (check && stale.length > 0) process.exitCode = 1;
  } else if (check && stale.length > 0)
    throw new FileFaultError(
      `Not current: ${stale.map((name) => `schemas/${name}`).join(', ')}. Run "npx assay schemas".`,
    );
  if (!check) {
    await makeFolder(folder);
    for (const [name, text] of schemaFiles()) await writeFile(join(folder, name), text);
  }
  if (json) return;
  print(
    stale.length === 0
      ? `${schemaFiles().size} JSON Schemas are current.`
      : `Wrote ${stale.map((name) => `schemas/${name}`).join(', ')}.`,
  );
}

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { type Rubric, rubricName, rubricSchema } from '#core/rubric/rubric.ts';
import { checkLock, type RubricLock, readLock } from './rubric-lock.ts';
import { type FileFault, formatFault, readYamlFile } from './yaml-file.ts';

export interface RubricFile {
  readonly file: string;
  readonly rubric: Rubric;
}

export type CatalogueReading =
  | { readonly ok: true; readonly catalogue: Catalogue; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Reads `slos/*.yaml` and `rubrics/<id>/<version>.yaml` under a folder, checks them and the rubric lock, and compiles
 * the catalogue.
 *
 * @param root folder that holds `slos/` and `rubrics/`
 */
export async function loadCatalogue(root: string): Promise<CatalogueReading> {
  const [rubrics, policy, lock] = await Promise.all([
    readRubrics(root),
    readYamlFile(join(root, 'slos', 'policy.yaml'), policySchema),
    readLock(root),
  ]);
  const faults: FileFault[] = [...rubrics.faults, ...checkLock(root, rubrics.files, lock)];
  const surfaces = [];
  const locations = new Map<
    string,
    { file: string; locate: (path: readonly PropertyKey[]) => { line: number; column: number } }
  >();
  for (const file of await yamlFiles(join(root, 'slos'))) {
    if (file.endsWith('policy.yaml')) continue;
    const reading = await readYamlFile(file, surfaceSchema);
    if (!reading.ok) {
      faults.push(...reading.faults);
      continue;
    }
    surfaces.push(reading.value);
    locations.set(reading.value.surface, { file, locate: reading.locate });
  }
  if (!policy.ok) faults.push(...policy.faults);
  if (!policy.ok || faults.length > 0)
    return { ok: false, faults: faults.map((fault) => format(root, fault)) };
  const compilation = compileCatalogue(
    policy.value,
    surfaces,
    rubrics.files.map(({ rubric }) => rubric),
  );
  if (compilation.ok) return { ok: true, catalogue: compilation.catalogue, warnings: [] };
  return {
    ok: false,
    faults: compilation.faults.map(({ surface, path, message }) => {
      const place = locations.get(surface);
      if (place === undefined) return message;
      return format(root, { file: place.file, ...place.locate(path), message });
    }),
  };
}

/** Every rubric file under `rubrics/`, with its faults. The path must say what the file says. */
export async function readRubrics(root: string): Promise<{ files: RubricFile[]; faults: FileFault[] }> {
  const files: RubricFile[] = [];
  const faults: FileFault[] = [];
  const folder = join(root, 'rubrics');
  for (const id of await folders(folder)) {
    for (const file of await yamlFiles(join(folder, id))) {
      const reading = await readYamlFile(file, rubricSchema);
      if (!reading.ok) {
        faults.push(...reading.faults);
        continue;
      }
      const rubric = reading.value;
      const expected = join(folder, rubric.id, `${rubric.version}.yaml`);
      if (file !== expected) {
        faults.push({
          file,
          ...reading.locate(['version']),
          message: `says it is ${rubricName(rubric)}, which belongs in ${relative(root, expected)}; rename the file or mend id and version`,
        });
        continue;
      }
      files.push({ file, rubric });
    }
  }
  files.sort((a, b) =>
    a.rubric.id === b.rubric.id ? a.rubric.version - b.rubric.version : a.rubric.id < b.rubric.id ? -1 : 1,
  );
  if (files.length === 0 && faults.length === 0) {
    faults.push({
      file: folder,
      line: 1,
      column: 1,
      message: 'holds no rubric; write one with "assay rubric new <id>"',
    });
  }
  for (const id of new Set(files.map(({ rubric }) => rubric.id))) {
    const active = files.filter(({ rubric }) => rubric.id === id && rubric.state === 'active');
    const last = active.at(-1);
    if (active.length > 1 && last !== undefined) {
      faults.push({
        file: last.file,
        line: 1,
        column: 1,
        message: `${active.map(({ rubric }) => rubricName(rubric)).join(' and ')} are both active; set the older to "retired"`,
      });
    }
  }
  return { files, faults };
}

export type { RubricLock };

async function folders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function yamlFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

function format(root: string, fault: FileFault): string {
  return formatFault({ ...fault, file: relative(root, fault.file) || fault.file });
}

/** Reads the compiled catalogue that a deployment or a local run carries. */
export async function readCompiledCatalogue(file: string): Promise<Catalogue> {
  return JSON.parse(await readFile(file, 'utf8')) as Catalogue;
}

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { policyFile } from '#core/catalogue/check-settings.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import type { CatalogueFault } from '#core/catalogue/fault.ts';
import { policySchema, type SurfaceFile, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { type Judge, judgeOfEntry, judgesFileSchema } from '#core/judges/judge.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { checkLock, readLock } from './rubric-lock.ts';
import { type FileFault, formatFault, type Locate, readYamlFile } from './yaml-file.ts';

const judgesFileName = 'judges.yaml';

export interface RubricFile {
  readonly file: string;
  readonly rubric: Rubric;
  readonly locate: Locate;
}

export type CatalogueReading =
  | { readonly ok: true; readonly catalogue: Catalogue; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** The same with each finding's place apart. Files are relative to the folder that was read. */
export type CatalogueCheck =
  | { readonly ok: true; readonly catalogue: Catalogue; readonly warnings: readonly FileFault[] }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/**
 * Reads `slos/*.yaml`, `rubrics/<id>/<version>.yaml` and `rubrics/judges.yaml` under a folder, checks them and the rubric lock, and compiles
 * the catalogue.
 *
 * @param root folder that holds `slos/` and `rubrics/`
 * @returns faults and warnings as lines `file:line:column message`
 */
export async function loadCatalogue(root: string): Promise<CatalogueReading> {
  const check = await checkCatalogueFiles(root);
  if (!check.ok) return { ok: false, faults: check.faults.map(formatFault) };
  return { ...check, warnings: check.warnings.map(formatFault) };
}

export async function checkCatalogueFiles(root: string): Promise<CatalogueCheck> {
  const [rubrics, judges, policy, surfaces, lock] = await Promise.all([
    readRubrics(root),
    readJudges(root),
    readYamlFile(join(root, 'slos', 'policy.yaml'), policySchema),
    readSurfaces(root),
    readLock(root),
  ]);
  const faults = [
    ...rubrics.faults,
    ...judges.faults,
    ...checkLock(root, rubrics.files, lock, rubrics.faults),
    ...(policy.ok ? [] : policy.faults),
    ...surfaces.faults,
    ...findDoubledSurfaces(root, surfaces.files),
  ];
  if (!policy.ok || faults.length > 0) return { ok: false, faults: inFolder(root, faults) };
  const place = ({ surface, rubric, path, message }: CatalogueFault): FileFault => {
    const found =
      rubric !== undefined
        ? rubrics.files.find((each) => rubricName(each.rubric) === rubricName(rubric))
        : surface === policyFile
          ? { file: join(root, 'slos', 'policy.yaml'), locate: policy.locate }
          : surfaces.files.findLast((each) => each.value.surface === surface);
    if (found === undefined) return { file: join(root, 'slos'), line: 1, column: 1, message };
    return { file: found.file, ...found.locate(path), message };
  };
  const compilation = compileCatalogue(
    policy.value,
    surfaces.files.map(({ value }) => value),
    rubrics.files.map(({ rubric }) => rubric),
    judges.judges,
  );
  if (!compilation.ok) return { ok: false, faults: inFolder(root, compilation.faults.map(place)) };
  return { ...compilation, warnings: inFolder(root, compilation.warnings.map(place)) };
}

interface SurfaceReading {
  readonly file: string;
  readonly value: SurfaceFile;
  readonly locate: Locate;
}

async function readSurfaces(root: string): Promise<{ files: SurfaceReading[]; faults: FileFault[] }> {
  const files: SurfaceReading[] = [];
  const faults: FileFault[] = [];
  for (const file of await yamlFiles(join(root, 'slos'))) {
    if (basename(file) === 'policy.yaml') continue;
    const reading = await readYamlFile(file, surfaceSchema);
    if (reading.ok) files.push({ file, value: reading.value, locate: reading.locate });
    else faults.push(...reading.faults);
  }
  return { files, faults };
}

function findDoubledSurfaces(root: string, files: readonly SurfaceReading[]): FileFault[] {
  return files.flatMap(({ file, value, locate }, place) => {
    const first = files.findIndex((each) => each.value.surface === value.surface);
    const other = files[first];
    if (first === place || other === undefined) return [];
    const message = `surface "${value.surface}" stands in ${relative(root, other.file)} too; keep one`;
    return [{ file, ...locate(['surface']), message }];
  });
}

/** The judges of `rubrics/judges.yaml`, in its order; none where there is no such file. */
export async function readJudges(root: string): Promise<{ judges: Judge[]; faults: readonly FileFault[] }> {
  const folder = join(root, 'rubrics');
  const file = join(folder, judgesFileName);
  if (!(await yamlFiles(folder)).includes(file)) return { judges: [], faults: [] };
  const reading = await readYamlFile(file, judgesFileSchema);
  if (!reading.ok) return { judges: [], faults: reading.faults };
  const judges = Object.entries(reading.value.judges).map(([name, entry]) => judgeOfEntry(name, entry));
  return { judges, faults: [] };
}

/** Every rubric file under `rubrics/`, with its faults. The path must say what the file says. */
export async function readRubrics(root: string): Promise<{ files: RubricFile[]; faults: FileFault[] }> {
  const files: RubricFile[] = [];
  const faults: FileFault[] = [];
  const folder = join(root, 'rubrics');
  for (const stray of await yamlFiles(folder)) {
    if (basename(stray) === judgesFileName) continue;
    faults.push({
      file: stray,
      line: 1,
      column: 1,
      message: `is not read: a rubric stands in rubrics/<id>/<version>.yaml; move it there`,
    });
  }
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
      files.push({ file, rubric, locate: reading.locate });
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
      message: [folder, join(root, 'slos')].some(existsSync)
        ? 'holds no rubric; write one with "npx assay rubric new <id>"'
        : 'is not there; run this in the folder of the project, which holds rubrics/ and slos/, or below it',
    });
  }
  for (const id of new Set(files.map(({ rubric }) => rubric.id))) {
    const active = files.filter(({ rubric }) => rubric.id === id && rubric.state === 'active');
    const last = active.at(-1);
    if (active.length > 1 && last !== undefined) {
      faults.push({
        file: last.file,
        ...last.locate(['state']),
        message: `${active.map(({ rubric }) => rubricName(rubric)).join(' and ')} are both active; set the older to "retired"`,
      });
    }
  }
  return { files, faults };
}

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

function inFolder(root: string, faults: readonly FileFault[]): FileFault[] {
  return faults.map((fault) => ({ ...fault, file: relative(root, fault.file) || fault.file }));
}

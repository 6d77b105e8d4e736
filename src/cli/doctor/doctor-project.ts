import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { countOf } from '#core/count-of.ts';
import { type Check, fault, ok, warning } from './doctor-check.ts';

/** The project that holds this command. */
const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** The version that the functions run on. */
const wantedMajor = 24;

export function checkNode(version: string): Check {
  if (Number(version.split('.')[0]) >= wantedMajor) return ok('node', `Node ${version}`);
  return fault('node', {
    wanted: `Node ${wantedMajor} or later`,
    found: `Node ${version}`,
    action: 'run it as "npx assay" inside the project, which brings its own Node along after "npm ci"',
  });
}

interface Lock {
  readonly packages?: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly devOptional?: boolean;
      }
    >
  >;
}

/**
 * Compares what is installed with the lockfile. Where no development module is installed (`npm ci --omit=dev`), none is
 * wanted.
 *
 * @param root of the project; the one that holds this command unless given
 */
export async function checkModules(root = projectRoot): Promise<Check> {
  const read = async (file: string): Promise<Lock | undefined> => {
    try {
      return JSON.parse(await readFile(join(root, file), 'utf8')) as Lock;
    } catch {
      return undefined;
    }
  };
  const [locked, installed] = await Promise.all([
    read('package-lock.json'),
    read('node_modules/.package-lock.json'),
  ]);
  const action = 'run "npm ci" in the project';
  if (locked?.packages === undefined)
    return warning('modules', {
      wanted: 'package-lock.json of the project',
      found: `none that can be read in ${root}`,
      action: 'restore it from version control',
    });
  if (installed?.packages === undefined)
    return fault('modules', { wanted: 'modules installed by the lockfile', found: 'none', action });
  const develops = Object.values(installed.packages).some(({ dev }) => dev === true);
  const wanted = Object.entries(locked.packages).filter(
    // Packages of other platforms are in the lockfile and not on this machine.
    ([name, { dev, optional, devOptional }]) =>
      name !== '' && optional !== true && devOptional !== true && (develops || dev !== true),
  );
  const others = wanted.filter(([name, { version }]) => installed.packages?.[name]?.version !== version);
  if (others.length === 0) return ok('modules', `${wanted.length} modules as in the lockfile`);
  const [name, { version }] = others[0] as (typeof others)[number];
  return fault('modules', {
    wanted: `${name.replace(/^.*node_modules\//, '')} ${version ?? ''} and the other versions of package-lock.json`,
    found: `${others.length} of ${wanted.length} differ or are missing (${installed.packages[name]?.version ?? 'missing'})`,
    action,
  });
}

/** Reads slos/, rubrics/ and the lock of released versions. */
export async function checkFiles(
  root: string,
): Promise<{ readonly check: Check; readonly catalogue: Catalogue | undefined }> {
  const [{ checkCatalogueFiles }, { formatFault }] = await Promise.all([
    import('#adapters/files/catalogue-files.ts'),
    import('#adapters/files/yaml-file.ts'),
  ]);
  const reading = await checkCatalogueFiles(root);
  if (!reading.ok) {
    const [first] = reading.faults;
    return {
      catalogue: undefined,
      check: fault('files', {
        wanted: 'slos/, rubrics/ and rubrics/rubrics.lock in order',
        found: `${countOf(reading.faults.length, 'fault')}; the first: ${first === undefined ? '' : formatFault(first)}`,
        action: '"npx assay slo check" and "npx assay rubric check" list them all, with what to do',
      }),
    };
  }
  const { catalogue, warnings } = reading;
  const slos = catalogue.surfaces.flatMap((surface) => surface.slos).length;
  const found = [
    countOf(catalogue.surfaces.length, 'surface'),
    countOf(slos, 'SLO'),
    countOf(catalogue.rubrics.length, 'rubric version'),
  ].join(', ');
  const check =
    warnings.length === 0
      ? ok('files', found)
      : warning('files', {
          wanted: 'files without warnings',
          found: `${found}; ${countOf(warnings.length, 'warning')}`,
          action: '"npx assay slo check" lists them',
        });
  return { check, catalogue };
}

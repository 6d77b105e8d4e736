import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { judgesFile } from '#core/judges/find-judge.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { FileFault } from './yaml-file.ts';

/** `rubrics/rubrics.lock`: content hash of each released version, by `id@version`. */
export type RubricLock = Readonly<Record<string, string>>;

const lockSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

export function lockPath(root: string): string {
  return join(root, 'rubrics', 'rubrics.lock');
}

export async function readLock(root: string): Promise<RubricLock | FileFault> {
  const file = lockPath(root);
  try {
    return lockSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    return {
      file,
      line: 1,
      column: 1,
      message:
        'is not a rubric lock; restore it from version control, or delete it and run "npx assay rubric check --write"',
    };
  }
}

/** What only versions that were released before may hold: the tier is the judge's affair. */
export function unreleasable({ file, rubric }: { file: string; rubric: Rubric }): FileFault[] {
  if (!('service_tier' in rubric.judge.parameters)) return [];
  const message = `"judge.parameters.service_tier" is not a new version's to set; the tier stands in ${judgesFile}: remove it here`;
  return [{ file, line: 1, column: 1, message }];
}

/**
 * Holds every rubric file against the lock. A released version that changed or vanished is a fault; one whose file has
 * a fault of its own is not said to be gone as well.
 *
 * @param broken faults of the rubric files themselves
 */
export function checkLock(
  root: string,
  files: readonly { file: string; rubric: Rubric }[],
  lock: RubricLock | FileFault,
  broken: readonly FileFault[] = [],
): FileFault[] {
  if (isLockFault(lock)) return [lock];
  const faults: FileFault[] = [];
  for (const { file, rubric } of files) {
    const name = rubricName(rubric);
    const locked = lock[name];
    if (locked === undefined) {
      faults.push({
        file,
        line: 1,
        column: 1,
        message: `${name} is not in rubrics/rubrics.lock; release it with "npx assay rubric check --write"`,
      });
      faults.push(...unreleasable({ file, rubric }));
    } else if (locked !== rubricContentHash(rubric)) {
      faults.push({
        file,
        line: 1,
        column: 1,
        message: `${name} is released and its content changed; a released version never changes, for scores would change their meaning. Undo the edit, or make a new version with "npx assay rubric bump ${rubric.id}" and edit that`,
      });
    }
  }
  const present = new Set(files.map(({ rubric }) => rubricName(rubric)));
  const unreadable = new Set(broken.map(({ file }) => file));
  for (const name of Object.keys(lock)) {
    const [id = '', version = ''] = name.split('@');
    if (!present.has(name) && !unreadable.has(join(root, 'rubrics', id, `${version}.yaml`))) {
      faults.push({
        file: lockPath(root),
        line: 1,
        column: 1,
        message: `${name} is released and rubrics/${id}/${version}.yaml is gone; restore it from version control (state "retired" takes it out of use)`,
      });
    }
  }
  return faults;
}

/** Adds versions that are not in the lock yet; never replaces one. */
export async function extendLock(root: string, files: readonly { rubric: Rubric }[]): Promise<string[]> {
  const lock = await readLock(root);
  if (isLockFault(lock)) throw new Error(`${lock.file} ${lock.message}`);
  const added = files.filter(({ rubric }) => lock[rubricName(rubric)] === undefined);
  if (added.length === 0) return [];
  const next = {
    ...lock,
    ...Object.fromEntries(added.map(({ rubric }) => [rubricName(rubric), rubricContentHash(rubric)])),
  };
  const sorted = Object.fromEntries(Object.entries(next).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(lockPath(root), `${JSON.stringify(sorted, null, 2)}\n`);
  return added.map(({ rubric }) => rubricName(rubric));
}

/** Whether what was read is no lock. */
export function isLockFault(value: RubricLock | FileFault): value is FileFault {
  return 'message' in value && 'line' in value;
}

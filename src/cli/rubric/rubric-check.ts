import { relative } from 'node:path';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { checkLock, extendLock, isLockFault, readLock } from '#adapters/files/rubric-lock.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { JsonOptions } from '../terminal/options.ts';

export interface RubricCheckOptions extends JsonOptions {
  readonly write?: boolean;
}

/** Checks rubric files and lock; with `write`, adds new versions to the lock first. */
export async function checkRubrics(
  root: string,
  { write = false, json = false }: RubricCheckOptions,
): Promise<void> {
  const { files, faults } = await readRubrics(root);
  if (write && faults.length === 0 && !isLockFault(await readLock(root))) {
    const added = await extendLock(root, files);
    if (added.length > 0 && !json) console.log(`Released: ${added.join(', ')}.`);
  }
  const all = [...faults, ...checkLock(root, files, await readLock(root), faults)].map((fault) => ({
    ...fault,
    file: relative(root, fault.file),
  }));
  if (all.length > 0) process.exitCode = 1;
  if (json) {
    const rubrics = files.map(({ rubric }) => rubricName(rubric));
    console.log(JSON.stringify({ ok: all.length === 0, rubrics, faults: all }, null, 2));
  } else if (all.length > 0) {
    console.error(all.map(formatFault).join('\n'));
  } else {
    const named = files.map(({ rubric }) => `${rubricName(rubric)} (${rubric.state})`);
    console.log(
      `${files.length} rubric version${files.length === 1 ? '' : 's'} in order: ${named.join(', ')}.`,
    );
  }
}

import { relative } from 'node:path';
import { type RubricFile, readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { checkLock, extendLock, isLockFault, readLock, unreleasable } from '#adapters/files/rubric-lock.ts';
import { type FileFault, formatFault } from '#adapters/files/yaml-file.ts';
import { faultsOfJudge, type JudgeFault, remarksOnJudge } from '#core/judges/find-judge.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';

export interface RubricCheckOptions extends JsonOptions {
  readonly write?: boolean;
}

/** Checks rubric files and lock; with `write`, adds new versions to the lock first. */
export async function checkRubrics(
  root: string,
  { write = false, json = false }: RubricCheckOptions,
): Promise<void> {
  const [{ files, faults: unread }, judges] = await Promise.all([readRubrics(root), readJudges(root)]);
  const unjudged =
    judges.faults.length > 0 ? [] : findingsOf(files, (rubric) => faultsOfJudge(judges.judges, rubric));
  const lockedBefore = await readLock(root);
  const isNew = ({ rubric }: RubricFile) =>
    !isLockFault(lockedBefore) && lockedBefore[rubricName(rubric)] === undefined;
  const faults = [...unread, ...judges.faults, ...unjudged];
  const held = files.filter(isNew).flatMap(unreleasable);
  if (write && faults.length === 0 && held.length === 0 && !isLockFault(await readLock(root))) {
    const added = await extendLock(root, files);
    if (added.length > 0 && !json) print(`Released: ${added.join(', ')}.`);
  }
  const all = [...faults, ...checkLock(root, files, await readLock(root), faults)].map((fault) => ({
    ...fault,
    file: relative(root, fault.file),
  }));
  const remarks = findingsOf(files, remarksOnJudge).map((each) => ({
    ...each,
    file: relative(root, each.file),
  }));
  if (all.length > 0) process.exitCode = 1;
  if (json) {
    const rubrics = files.map(({ rubric }) => rubricName(rubric));
    print(JSON.stringify({ ok: all.length === 0, rubrics, faults: all, remarks }, null, 2));
    return;
  }
  if (remarks.length > 0) printAside(remarks.map(formatFault).join('\n'));
  if (all.length > 0) {
    printAside(all.map(formatFault).join('\n'));
  } else {
    const named = files.map(({ rubric }) => `${rubricName(rubric)} (${rubric.state})`);
    print(`${files.length} rubric version${files.length === 1 ? '' : 's'} in order: ${named.join(', ')}.`);
  }
}

/** Findings in the judge's section of rubric files, with their lines. */
export function findingsOf(
  files: readonly RubricFile[],
  find: (rubric: Rubric) => readonly JudgeFault[],
): FileFault[] {
  return files.flatMap(({ file, rubric, locate }) =>
    find(rubric).map(({ path, message }) => ({ file, ...locate(['judge', ...path]), message })),
  );
}

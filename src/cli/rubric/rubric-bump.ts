import { writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { checkLock, isLockFault, readLock } from '#adapters/files/rubric-lock.ts';
import { readTextFile } from '#adapters/files/text-file.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { CliError, FileFaultError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { withSettings } from './version-text.ts';
import { writeNewFile } from './write-new-file.ts';

export interface BumpOptions extends JsonOptions {
  /** The old version stays as it is, and the next one judges beside it. */
  readonly shadow?: boolean;
}

/** Copies the newest version to the next, and retires the old one unless the next is a shadow. */
export async function bumpRubric(
  root: string,
  id: string,
  { json = false, shadow = false }: BumpOptions,
): Promise<void> {
  const { files, faults } = await readRubrics(root);
  const broken = faults.find(({ file }) => dirname(file) === join(root, 'rubrics', id));
  if (broken !== undefined)
    throw new FileFaultError(formatFault({ ...broken, file: relative(root, broken.file) }));
  const newest = files.filter(({ rubric }) => rubric.id === id).at(-1);
  if (newest === undefined) {
    const known = [...new Set(files.map(({ rubric }) => rubric.id))].join(', ') || 'none';
    throw new CliError(
      `There is no rubric "${id}" (known: ${known}). A new one is made with "npx assay rubric new ${id}".`,
    );
  }
  const lock = await readLock(root);
  if (isLockFault(lock)) throw new FileFaultError(formatFault({ ...lock, file: relative(root, lock.file) }));
  const { rubric } = newest;
  const oldFile = relative(root, newest.file);
  if (lock[rubricName(rubric)] === undefined)
    throw new CliError(
      `${rubricName(rubric)} is not released yet: edit ${oldFile} itself, then release it with "npx assay rubric check --write".`,
    );
  const edited =
    checkLock(root, [newest], { [rubricName(rubric)]: lock[rubricName(rubric)] ?? '' }).length > 0;
  const reading = await readTextFile(newest.file);
  if (!reading.ok) throw new FileFaultError(`${newest.file}:${reading.line} ${reading.reason}`);
  const { text } = reading;
  const next = {
    version: rubric.version + 1,
    state: shadow || rubric.state === 'retired' ? 'shadow' : rubric.state,
  } as const;
  const file = join(root, 'rubrics', id, `${next.version}.yaml`);
  const nextText = withSettings(oldFile, text, next);
  const oldState = shadow ? rubric.state : 'retired';
  const oldText = withSettings(oldFile, text, { version: rubric.version, state: oldState });
  await writeNewFile(root, file, nextText);
  if (oldText !== text) await writeFile(newest.file, oldText);
  const made = {
    id,
    ...next,
    file: relative(root, file),
    retired: shadow ? null : oldFile,
    carriesEdit: edited,
  };
  if (json) return print(JSON.stringify(made));
  print(
    [
      `Wrote ${relative(root, file)} (${next.state}) as a copy of version ${rubric.version}, which is ${oldState === 'retired' ? 'now retired' : `still ${oldState}`}.`,
      edited
        ? `Version ${rubric.version} differs from its release: the new file carries that edit. Now restore ${oldFile} from version control and set its state to "${oldState}".`
        : 'Edit the new file, then release it with "npx assay rubric check --write".',
      'A price, an address or a key is no reason to bump: those stand in rubrics/judges.yaml and change no score.',
      'While it asks the same of people (title, description, criteria, overall rule, pass mark), their ratings count for it; once its question changes, its SLOs hold at ticket until people have rated it (docs/ratings.md).',
    ].join('\n'),
  );
}

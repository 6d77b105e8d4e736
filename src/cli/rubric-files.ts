import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { checkLock, extendLock, readLock } from '#adapters/files/rubric-lock.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { CliError } from './output.ts';

/** Checks rubric files and lock; with `write`, adds new versions to the lock first. */
export async function checkRubrics(
  root: string,
  { write = false, json = false }: { write?: boolean; json?: boolean },
): Promise<void> {
  const { files, faults } = await readRubrics(root);
  if (write && faults.length === 0) {
    const added = await extendLock(root, files);
    if (added.length > 0 && !json) console.log(`Released: ${added.join(', ')}`);
  }
  const all = [...faults, ...checkLock(root, files, await readLock(root))].map((fault) => ({
    ...fault,
    file: relative(root, fault.file),
  }));
  if (json)
    console.log(
      JSON.stringify(
        { ok: all.length === 0, rubrics: files.map(({ rubric }) => rubricName(rubric)), faults: all },
        null,
        2,
      ),
    );
  if (all.length > 0) {
    if (!json) console.error(all.map(formatFault).join('\n'));
    process.exitCode = 1;
  } else if (!json) {
    console.log(
      `${files.length} rubric versions in order: ${files.map(({ rubric }) => `${rubricName(rubric)} (${rubric.state})`).join(', ')}`,
    );
  }
}

/** Writes a first version whose texts ask to be replaced. It starts as `shadow`, so that it is judged and counts nowhere. */
export async function newRubric(root: string, id: string): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(id))
    throw new CliError(
      `Wanted an id of lower-case letters, digits and hyphens, at most 40, a letter first; got "${id}".`,
    );
  const file = join(root, 'rubrics', id, '1.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeNew(file, firstVersion(id));
  console.log(
    `Wrote ${relative(root, file)}. Edit it, then release it with "npx assay rubric check --write".`,
  );
}

/** Copies the newest version to the next and retires the old one. */
export async function bumpRubric(root: string, id: string): Promise<void> {
  const { files, faults } = await readRubrics(root);
  const newest = files.filter(({ rubric }) => rubric.id === id).at(-1);
  if (newest === undefined) {
    const broken = faults.find(({ file }) => file.includes(join('rubrics', id)));
    if (broken !== undefined) throw new CliError(formatFault(broken));
    const known = [...new Set(files.map(({ rubric }) => rubric.id))].join(', ');
    throw new CliError(
      `There is no rubric "${id}". Known: ${known}. A new one is made with "npx assay rubric new ${id}".`,
    );
  }
  const lock = await readLock(root);
  const changed = checkLock(root, [newest], lock).find(({ message }) =>
    message.includes('its content changed'),
  );
  const next = newest.rubric.version + 1;
  const file = join(root, 'rubrics', id, `${next}.yaml`);
  const text = await readFile(newest.file, 'utf8');
  await writeNew(file, text.replace(/^version:.*$/m, `version: ${next}`));
  await writeFile(newest.file, text.replace(/^state:.*$/m, 'state: retired'));
  console.log(
    [
      `Wrote ${relative(root, file)} as a copy of version ${newest.rubric.version}, which is now retired.`,
      changed === undefined
        ? 'Edit the new file, then release it with "npx assay rubric check --write".'
        : `Version ${newest.rubric.version} differs from its release: the new file carries that edit; now undo it in ${relative(root, newest.file)}.`,
      'A new version starts uncalibrated: its SLOs hold at ticket until people have rated it.',
    ].join('\n'),
  );
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new CliError(`${file} exists already; edit it, or remove it first.`);
    throw error;
  });
}

function firstVersion(id: string): string {
  return `# yaml-language-server: $schema=../../schemas/rubric.schema.json
id: ${id}
version: 1
title: ${id.replaceAll('-', ' ')}
description: What this rubric asks of an answer, in one or two sentences.
# shadow: judged and stored, but in no SLO. Set it to active when its scores look right.
state: shadow
# Surfaces by name, or "any" for all that no other rubric names.
surfaces: any
criteria:
  - id: answers-the-request
    question: The one question this criterion asks?
    scale:
      1: What the worst answers do.
      2: What a clearly bad answer does.
      3: What a middling answer does.
      4: What a good answer does, with a flaw that can be named.
      5: What an answer without a fault does.
overall: mean
passMark: 4
judge:
  model: gpt-5-mini
  parameters:
    reasoning_effort: low
  prices: { input: 0.25, cachedInput: 0.025, output: 2 }
examples: []
`;
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { checkLock, extendLock, isLockFault, readLock } from '#adapters/files/rubric-lock.ts';
import { formatFault, parseYaml } from '#adapters/files/yaml-file.ts';
import { type Rubric, rubricName, rubricSchema } from '#core/rubric/rubric.ts';
import { CliError } from '../terminal/output.ts';

/** Checks rubric files and lock; with `write`, adds new versions to the lock first. */
export async function checkRubrics(
  root: string,
  { write = false, json = false }: { write?: boolean; json?: boolean },
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

/** Writes a first version whose texts ask to be replaced. It starts as `shadow`, so that it is judged and counts nowhere. */
export async function newRubric(
  root: string,
  id: string,
  { json = false }: { json?: boolean } = {},
): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(id))
    throw new CliError(
      `Wanted an id of lower-case letters, digits and hyphens, at most 40, a letter first; got "${id}".`,
    );
  const { files } = await readRubrics(root);
  if (files.some(({ rubric }) => rubric.id === id))
    throw new CliError(
      `There is a rubric "${id}" already. Its next version is made with "npx assay rubric bump ${id}".`,
    );
  const file = join(root, 'rubrics', id, '1.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeNew(root, file, firstVersion(id));
  const made = { id, version: 1, state: 'shadow', file: relative(root, file) };
  if (json) return console.log(JSON.stringify(made));
  console.log(
    `Wrote ${relative(root, file)}. Replace its TODO texts ("npx assay rubric check" lists them), then release it with "npx assay rubric check --write".`,
  );
}

/** Copies the newest version to the next and retires the old one. */
export async function bumpRubric(
  root: string,
  id: string,
  { json = false }: { json?: boolean } = {},
): Promise<void> {
  const { files, faults } = await readRubrics(root);
  const broken = faults.find(({ file }) => dirname(file) === join(root, 'rubrics', id));
  if (broken !== undefined) throw new CliError(formatFault({ ...broken, file: relative(root, broken.file) }));
  const newest = files.filter(({ rubric }) => rubric.id === id).at(-1);
  if (newest === undefined) {
    const known = [...new Set(files.map(({ rubric }) => rubric.id))].join(', ') || 'none';
    throw new CliError(
      `There is no rubric "${id}" (known: ${known}). A new one is made with "npx assay rubric new ${id}".`,
    );
  }
  const lock = await readLock(root);
  if (isLockFault(lock)) throw new CliError(formatFault({ ...lock, file: relative(root, lock.file) }));
  const { rubric } = newest;
  const oldFile = relative(root, newest.file);
  if (lock[rubricName(rubric)] === undefined)
    throw new CliError(
      `${rubricName(rubric)} is not released yet: edit ${oldFile} itself, then release it with "npx assay rubric check --write".`,
    );
  const edited =
    checkLock(root, [newest], { [rubricName(rubric)]: lock[rubricName(rubric)] ?? '' }).length > 0;
  const text = await readFile(newest.file, 'utf8');
  const next = {
    version: rubric.version + 1,
    state: rubric.state === 'retired' ? 'shadow' : rubric.state,
  } as const;
  const file = join(root, 'rubrics', id, `${next.version}.yaml`);
  const nextText = withSettings(oldFile, text, next);
  const retiredText = withSettings(oldFile, text, { version: rubric.version, state: 'retired' });
  await writeNew(root, file, nextText);
  await writeFile(newest.file, retiredText);
  const made = { id, ...next, file: relative(root, file), retired: oldFile, carriesEdit: edited };
  if (json) return console.log(JSON.stringify(made));
  console.log(
    [
      `Wrote ${relative(root, file)} (${next.state}) as a copy of version ${rubric.version}, which is now retired.`,
      edited
        ? `Version ${rubric.version} differs from its release: the new file carries that edit. Now restore ${oldFile} from version control and set its state to "retired".`
        : 'Edit the new file, then release it with "npx assay rubric check --write".',
      'A new version starts uncalibrated: its SLOs hold at ticket until people have rated it.',
    ].join('\n'),
  );
}

/** A rubric file's text with another version and state, its comments and layout kept. */
function withSettings(file: string, text: string, settings: Pick<Rubric, 'version' | 'state'>): string {
  const changed = text
    .replace(/^(version:[ \t]*)\d+/m, `$1${settings.version}`)
    .replace(/^(state:[ \t]*)[a-z]+/m, `$1${settings.state}`);
  const reading = parseYaml(file, changed, rubricSchema);
  if (reading.ok && reading.value.version === settings.version && reading.value.state === settings.state)
    return changed;
  throw new CliError(
    `${file}: wanted lines "version: <number>" and "state: <state>" of their own at the top level, got another form. Write them so, then bump again.`,
  );
}

async function writeNew(root: string, file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new CliError(`${relative(root, file)} exists already; edit it, or remove it first.`);
    throw error;
  });
}

function firstVersion(id: string): string {
  const title = id.replaceAll('-', ' ');
  return `# yaml-language-server: $schema=../../schemas/rubric.schema.json
id: ${id}
version: 1
title: ${title.charAt(0).toUpperCase()}${title.slice(1)}
description: TODO what this rubric asks of an answer, in one or two sentences. The judge reads it.
# shadow: judged and stored, but in no SLO. Set it to active when its scores look right.
state: shadow
# Surfaces by name, such as [chat], or "any" for all that no other rubric names.
surfaces: any
criteria:
  - id: answers-the-request
    question: TODO the one question this criterion asks?
    scale:
      1: TODO what the worst answers do.
      2: TODO what a clearly bad answer does.
      3: TODO what a middling answer does.
      4: TODO what a good answer does, with a flaw that can be named.
      5: TODO what an answer without a fault does.
overall: mean
passMark: 4
judge:
  model: gpt-5-mini
  parameters:
    reasoning_effort: low
  # US dollars per million tokens.
  prices: { input: 0.25, cachedInput: 0.025, output: 2 }
examples: []
`;
}

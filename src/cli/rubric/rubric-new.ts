import { dirname, join, relative } from 'node:path';
import { readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { capitalised } from '#core/first-letter.ts';
import type { Judge } from '#core/judges/judge.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { writeNewFile } from './write-new-file.ts';

/** Writes a first version whose texts ask to be replaced. It starts as `shadow`, so that it is judged and counts nowhere. */
export async function createRubric(root: string, id: string, { json = false }: JsonOptions): Promise<void> {
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
  await makeFolder(dirname(file));
  const { judges } = await readJudges(root);
  await writeNewFile(root, file, firstVersion(id, judges[0] ?? usualJudge));
  const made = { id, version: 1, state: 'shadow', file: relative(root, file) };
  if (json) return print(JSON.stringify(made));
  print(
    `Wrote ${relative(root, file)}. Replace its TODO texts ("npx assay rubric check" lists them), then release it with "npx assay rubric check --write".`,
  );
}

/** Where no judge is written down yet: the check says what to write. */
const usualJudge = { name: 'gpt-6-luna', model: 'gpt-6-luna' };

function firstVersion(id: string, judge: Pick<Judge, 'name' | 'model'>): string {
  const title = id.replaceAll('-', ' ');
  return `# yaml-language-server: $schema=../../schemas/rubric.schema.json
id: ${id}
version: 1
title: ${capitalised(title)}
description: TODO what this rubric asks of an answer, in one or two sentences. The judge reads it.
# shadow: judged and stored, but in no SLO. Set it to active when its scores look right.
state: shadow
# Surfaces by name, such as [chat], or "any" for all that no other rubric names.
surfaces: any
criteria:
  - id: answers-the-request
    question: TODO the one question this criterion asks?
    # Five levels, or pass and fail instead where there is nothing between them (docs/rubrics.md).
    scale:
      1: TODO what the worst answers do.
      2: TODO what a clearly bad answer does.
      3: TODO what a middling answer does.
      4: TODO what a good answer does, with a flaw that can be named.
      5: TODO what an answer without a fault does.
overall: mean
passMark: 4
judge:
  # A judge of rubrics/judges.yaml, where its place, key and prices stand.
  name: ${judge.name}
  model: ${judge.model}
examples: []
`;
}

import { readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { type Catalogue, findRubric } from '#core/catalogue/catalogue.ts';
import type { Judge } from '#core/judges/judge.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { withJudge } from '../run/run-judge.ts';
import { CliError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';

/** Two versions of one rubric, by their names; the same version twice is its present judge beside an earlier one of it. */
export interface VersionPair {
  readonly id: string;
  readonly old: number;
  readonly new: number;
}

/** Reads `helpfulness@1` and `helpfulness@2`. @throws CliError in words for the user */
export function readVersionPair(older: string, newer: string): VersionPair {
  const [from, to] = [readVersion(older), readVersion(newer)];
  if (from.id !== to.id || from.version > to.version)
    throw new CliError(
      `Wanted two versions of one rubric, the older first, such as helpfulness@1 helpfulness@2; got "${oneLine(older)}" and "${oneLine(newer)}".`,
    );
  return { id: from.id, old: from.version, new: to.version };
}

/** Reads `helpfulness@1`. @throws CliError */
export function readVersion(text: string): { readonly id: string; readonly version: number } {
  const parts = /^([a-z][a-z0-9-]{0,39})@([1-9]\d{0,6})$/.exec(text);
  if (parts === null)
    throw new CliError(`Wanted a rubric's version, such as helpfulness@2; got "${oneLine(text)}".`);
  return { id: parts[1] ?? '', version: Number(parts[2]) };
}

/** A version of the catalogue. @throws CliError that says what to do */
export function requireVersion(catalogue: Catalogue, id: string, version: number, where: string): Rubric {
  const found = findRubric(catalogue, { id, version });
  if (found !== undefined) return found;
  const known = catalogue.rubrics.map(rubricName).join(', ') || 'none';
  throw new CliError(`${id}@${version} is not in ${where} (there: ${known}). ${whatToDo(where)}`);
}

function whatToDo(where: string): string {
  return where.startsWith('the stack')
    ? 'Release it ("npx assay rubric check --write") and deploy it, in state "shadow" to judge the same responses, or "retired" to judge nothing but what this command asks.'
    : 'Write it with "npx assay rubric bump".';
}

/** What the project's files say, released or not. */
export interface ProjectFiles {
  readonly rubrics: readonly Rubric[];
  readonly judges: readonly Judge[];
}

export async function readProject(root: string): Promise<ProjectFiles> {
  const [{ files }, judges] = await Promise.all([readRubrics(root), readJudges(root)]);
  return { rubrics: files.map(({ rubric }) => rubric), judges: judges.judges };
}

/**
 * A run's catalogue with the new version beside the old one: judged as a shadow, by the judge that was named where one was, and
 * with the run's own pass mark where the run set one.
 *
 * @throws CliError where the version is nowhere, or has changed since this run judged with it
 */
export function withVersion(
  stored: Catalogue,
  files: ProjectFiles,
  pair: VersionPair,
  named: string | undefined,
): Catalogue {
  const old = requireVersion(stored, pair.id, pair.old, 'this run');
  if (pair.old === pair.new) return stored;
  const file = files.rubrics.find(({ id, version }) => id === pair.id && version === pair.new);
  const known = findRubric(stored, { id: pair.id, version: pair.new });
  if (file === undefined) {
    requireVersion(stored, pair.id, pair.new, 'this run or the files');
    return stored;
  }
  const fileOld = files.rubrics.find(({ id, version }) => id === pair.id && version === pair.old);
  const keepsMark = fileOld !== undefined && fileOld.passMark === file.passMark;
  const plain: Rubric = { ...file, state: 'shadow', passMark: keepsMark ? old.passMark : file.passMark };
  const judges = [
    ...files.judges,
    ...(stored.judges ?? []).filter(({ name }) => !files.judges.some((each) => each.name === name)),
  ];
  const [made = plain] =
    named === undefined ? [plain] : withJudge({ ...stored, judges, rubrics: [plain] }, named).rubrics;
  // Scores of a draft that was edited since would be taken for those of the new one.
  if (known !== undefined && rubricContentHash(known) !== rubricContentHash(made))
    throw new CliError(
      `${rubricName(made)} differs from the one that this run has judged with. Compare in a new run, or under a version of its own.`,
    );
  const others = stored.rubrics.filter((each) => each !== known);
  return { ...stored, judges, rubrics: [...others, { ...made, state: known?.state ?? 'shadow' }] };
}

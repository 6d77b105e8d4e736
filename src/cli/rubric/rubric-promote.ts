import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type RubricFile, readRubrics } from '#adapters/files/catalogue-files.ts';
import { readTextFile } from '#adapters/files/text-file.ts';
import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import { type JudgeBillLine, judgeBill } from '#core/cost/judge-bill.ts';
import { expectedTraffic } from '#core/cost/traffic.ts';
import { faultsOfJudge } from '#core/judges/find-judge.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { carryingOf } from '#core/rubric/same-question.ts';
import { judgeCalls } from '../cost/cost-usage.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { holdsRun } from '../target/local-run.ts';
import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { readVersion } from './compare-versions.ts';
import type { PromotedSurface, Promotion } from './promotion.ts';
import { formatPromotion } from './rubric-promote-text.ts';
import { withSettings } from './version-text.ts';

export interface PromoteOptions extends TargetOptions, JsonOptions {}

/** `assay rubric promote`: sets the states in the files. @throws CliError in words for the user */
export async function promoteVersion(root: string, name: string, options: PromoteOptions): Promise<void> {
  const { id, version } = readVersion(name);
  // Refuses what is not released, or not in order.
  const before = await requireCatalogue(root);
  const { files } = await readRubrics(root);
  const own = files.filter(({ rubric }) => rubric.id === id);
  const chosen = own.find(({ rubric }) => rubric.version === version);
  if (chosen === undefined)
    throw new CliError(
      `There is no rubric ${name} (there: ${files.map(({ rubric }) => rubricName(rubric)).join(', ') || 'none'}).`,
    );
  const former = own.filter(({ rubric }) => rubric.state === 'active' && rubric !== chosen.rubric);
  const [fault] = faultsOfJudge(before.judges ?? [], { ...chosen.rubric, state: 'active' });
  if (fault !== undefined)
    throw new CliError(`${relative(root, chosen.file)}: ${fault.path.join('.')} ${fault.message}.`);
  const changes = await Promise.all([
    changeOf(root, chosen, 'active'),
    ...former.map((each) => changeOf(root, each, 'retired')),
  ]);
  const after = withStates(before, id, version);
  const promoted = after.rubrics.find((each) => each.id === id && each.version === version) ?? chosen.rubric;
  const replaced = former.map(({ rubric }) => rubric).sort((a, b) => b.version - a.version)[0];
  const calibrations = await readCalibrationStates(options, promoted);
  const promotion: Promotion = {
    rubric: promoted,
    former: former.map(({ rubric }) => rubric),
    files: changes
      .filter(({ isChanged }) => isChanged)
      .map(({ file, state }) => ({ file: relative(root, file), state })),
    surfaces: changedSurfaces(before, after, id, promoted, calibrations),
    // Going back to a version of before: it has ratings of its own.
    carrying:
      replaced === undefined || replaced.version > version
        ? undefined
        : carryingOf(after.rubrics, replaced, promoted),
    asked: calibrations !== undefined,
    usdPerMonth: {
      old: sumOf(
        billOf(before),
        former.map(({ rubric }) => rubric),
      ),
      new: sumOf(billOf(after), [promoted]),
    },
  };
  // The new one first: nothing is without a judge where this breaks off.
  for (const { file, text, isChanged } of changes) if (isChanged) await writeFile(file, text);
  print(
    options.json === true ? JSON.stringify(promotionJson(promotion), null, 2) : formatPromotion(promotion),
  );
}

interface FileChange {
  readonly file: string;
  readonly text: string;
  readonly state: Rubric['state'];
  readonly isChanged: boolean;
}

async function changeOf(
  root: string,
  { file, rubric }: RubricFile,
  state: Rubric['state'],
): Promise<FileChange> {
  const reading = await readTextFile(file);
  if (!reading.ok) throw new CliError(`${relative(root, file)}:${reading.line} ${reading.reason}`);
  const text = withSettings(relative(root, file), reading.text, { version: rubric.version, state });
  return { file, text, state, isChanged: text !== reading.text };
}

/** The catalogue after the promotion. */
function withStates(catalogue: Catalogue, promotedId: string, promoted: number): Catalogue {
  const stateOf = ({ id, version, state }: Rubric): Rubric['state'] => {
    if (id !== promotedId) return state;
    if (version === promoted) return 'active';
    return state === 'active' ? 'retired' : state;
  };
  return { ...catalogue, rubrics: catalogue.rubrics.map((each) => ({ ...each, state: stateOf(each) })) };
}

/** Surfaces whose active version of the rubric is another afterwards. */
function changedSurfaces(
  before: Catalogue,
  after: Catalogue,
  id: string,
  promoted: Rubric,
  calibrations: ReadonlyMap<string, string> | undefined,
): PromotedSurface[] {
  const activeOf = (catalogue: Catalogue, surface: string) =>
    rubricsOf(catalogue, surface).find((each) => each.id === id && each.state === 'active')?.version;
  return before.surfaces.flatMap(({ surface }) => {
    const [old, now] = [activeOf(before, surface), activeOf(after, surface)];
    if (old === now) return [];
    const calibration = now === promoted.version ? calibrations?.get(surface) : undefined;
    return [{ surface, old, new: now, calibration }];
  });
}

/** By surface, what calibrates the promoted version now; undefined where there is nothing to ask. */
async function readCalibrationStates(
  options: PromoteOptions,
  { id, version }: Rubric,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (options.stack === undefined && !(await holdsRun(options.local))) return undefined;
  const target = await openRatingTarget(options);
  try {
    const known = target.catalogue.rubrics.find((each) => each.id === id && each.version === version);
    const own = (await target.ratings.readCalibrations()).filter(
      ({ rubric, fingerprint }) =>
        rubric.id === id &&
        rubric.version === version &&
        (known === undefined || fingerprint === judgeFingerprint(known)),
    );
    return new Map(own.map(({ surface, state, reason }) => [surface, `${state}: ${reason}`]));
  } finally {
    await target.close();
  }
}

function billOf(catalogue: Catalogue): JudgeBillLine[] {
  const traffic = expectedTraffic(catalogue, undefined);
  return judgeBill(judgeCalls(catalogue, traffic, { texts: undefined, measured: undefined }));
}

function sumOf(lines: readonly JudgeBillLine[], rubrics: readonly Rubric[]): number {
  const names = new Set(rubrics.map(rubricName));
  return lines.filter(({ rubric }) => names.has(rubric)).reduce((sum, { usd }) => sum + usd, 0);
}

function promotionJson({ rubric, former, ...rest }: Promotion) {
  return { ...rest, rubric: rubricName(rubric), former: former.map(rubricName) };
}

import { type Catalogue, findRubric } from '#core/catalogue/catalogue.ts';
import { largest, smallest } from '#core/extremes.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { hour, minute } from '#core/time.ts';
import type { SessionChanges } from '#local/session/session.ts';
import { requireSurface } from '../target/catalogue.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import { formatMinute, requireInstant } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { isAgreed } from './agree-to-price.ts';
import { readProject, readVersion, requireVersion, withVersion } from './compare-versions.ts';
import { openJudgingTarget } from './judging-target.ts';
import { askRescore, type RescoreOutcome, readRoom } from './rescore-ask.ts';
import { judgesSurface, planRescore, type RescoreRange } from './rescore-plan.ts';
import { describeRescorePlan, formatRescore, rescoreJson } from './rescore-text.ts';
import { changesOf } from './rubric-compare.ts';

export interface RescoreOptions extends TargetOptions, JsonOptions {
  readonly rubric: string;
  readonly from?: string;
  readonly to?: string;
  readonly surface?: string;
  readonly judge?: string;
  readonly yes?: boolean;
}

/** `assay rescore`. @throws CliError in words for the user */
export async function rescore(options: RescoreOptions): Promise<void> {
  const wanted = readVersion(options.rubric);
  const target = await openJudgingTarget(options, () => changesFor(wanted, options.judge));
  try {
    const outcome = await rescoreOn(target, wanted, options);
    print(
      options.json === true
        ? JSON.stringify(rescoreJson(outcome), null, 2)
        : [...target.caveats, formatRescore(outcome, target.flags)].join('\n'),
    );
  } finally {
    await target.close();
  }
}

type Wanted = ReturnType<typeof readVersion>;

/** A run that lacks the version takes it from the project's files, as a shadow. */
async function changesFor(wanted: Wanted, judge: string | undefined): Promise<SessionChanges> {
  const files = await readProject(process.cwd());
  const pairOf = (stored: Catalogue) => {
    const older = stored.rubrics.filter(({ id, version }) => id === wanted.id && version < wanted.version);
    return { id: wanted.id, old: largest([0, ...older.map(({ version }) => version)]), new: wanted.version };
  };
  const own = await changesOf({ id: wanted.id, old: wanted.version, new: wanted.version }, judge);
  return {
    judge: own.judge,
    catalogue: (stored) => {
      const pair = pairOf(stored);
      if (judge === undefined && findRubric(stored, wanted) !== undefined) return stored;
      if (pair.old > 0) return withVersion(stored, files, pair, undefined);
      const file = files.rubrics.find(({ id, version }) => id === wanted.id && version === wanted.version);
      if (file === undefined || findRubric(stored, wanted) !== undefined) return stored;
      const added = files.judges.filter(({ name }) => !stored.judges?.some((each) => each.name === name));
      return {
        ...stored,
        judges: [...(stored.judges ?? []), ...added],
        rubrics: [...stored.rubrics, { ...file, state: 'shadow' }],
      };
    },
  };
}

async function rescoreOn(
  target: RatingTarget,
  wanted: Wanted,
  options: RescoreOptions,
): Promise<RescoreOutcome> {
  const { catalogue } = target;
  const where = options.stack === undefined ? 'this run' : `the stack ${options.stack}`;
  const rubric = requireVersion(catalogue, wanted.id, wanted.version, where);
  const range = readRange(target, rubric, options);
  const judge = judgeOf(catalogue, rubric);
  const plan = await planRescore(target, { rubric, judge }, range);
  if (plan.open.length + plan.ended + plan.underWay + plan.expired === 0)
    throw new CliError(
      `There is nothing to rescore: no other version judged a response of ${range.surfaces.join(', ')} from ${formatMinute(range.from)} to ${formatMinute(range.to)}.`,
    );
  if (plan.open.length === 0) return { ...range, rubric, plan };
  const room = await readRoom(target);
  const leastUsd = smallest(plan.open.map(({ mostUsd }) => mostUsd));
  if (leastUsd > room.shareUsd)
    throw new CliError(
      `A call of ${judge.name} can cost $${leastUsd.toFixed(4)}, which half of the day's spending cap ($${room.shareUsd}) never has room for. Raise spendingCapUsdPerDay in slos/policy.yaml.`,
    );
  if (!(await isAgreed(describeRescorePlan(plan, rubric, judge, room), options.yes)))
    return { ...range, rubric, plan };
  const made = await askRescore(target, rubric, plan.open);
  const { session, evaluatedAt } = target;
  // Nobody else evaluates a run that is over; a stack does each minute.
  if (session?.stack !== undefined && evaluatedAt !== undefined)
    await session.stack.tick(evaluatedAt + minute);
  return { ...range, rubric, plan, made };
}

/** Whole texts' lives unless told otherwise. @throws CliError */
function readRange(
  { catalogue, now }: RatingTarget,
  rubric: Rubric,
  { surface, from, to }: RescoreOptions,
): RescoreRange {
  const named = surface === undefined ? undefined : requireSurface(catalogue, surface);
  if (named !== undefined && !judgesSurface(rubric, named))
    throw new CliError(
      `${rubricName(rubric)} does not judge the surface ${named}: its "surfaces" do not name it.`,
    );
  const oldest = now - catalogue.retention.texts;
  const range = {
    surfaces:
      named !== undefined
        ? [named]
        : catalogue.surfaces.map((each) => each.surface).filter((each) => judgesSurface(rubric, each)),
    from: Math.max(oldest, from === undefined ? oldest : requireInstant('--from', from)),
    // Nothing is later but for clocks that differ.
    to: to === undefined ? now : Math.min(requireInstant('--to', to), now + hour),
  };
  if (range.from >= range.to)
    throw new CliError(
      `Wanted --from before --to, and --to after ${formatMinute(oldest)}, for texts are kept no longer; got ${formatMinute(range.from)} to ${formatMinute(range.to)}.`,
    );
  return range;
}

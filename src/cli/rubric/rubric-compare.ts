import { resolve } from 'node:path';
import { compareJudges, type JudgeComparison } from '#core/agreement/compare-judges.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { withFreeJudges } from '#core/catalogue/run-catalogue.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { carryingOf } from '#core/rubric/same-question.ts';
import type { SessionChanges } from '#local/session/session.ts';
import { readJudgeChoice, requireJudgeKeys } from '../run/run-judge.ts';
import { requireSurface } from '../target/catalogue.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { isAgreed } from './agree-to-price.ts';
import { askComparison, planComparison } from './compare-asking.ts';
import { type OldResponse, pairVerdicts, readNewVerdicts, readOldResponses } from './compare-responses.ts';
import {
  type ProjectFiles,
  readProject,
  readVersionPair,
  requireVersion,
  type VersionPair,
  withVersion,
} from './compare-versions.ts';
import { openJudgingTarget } from './judging-target.ts';
import { comparisonJson } from './rubric-compare-json.ts';
import { describePlan, formatComparison } from './rubric-compare-text.ts';
import type { VersionComparison } from './version-comparison.ts';

export interface CompareOptions extends TargetOptions, JsonOptions {
  readonly surface?: string;
  readonly limit?: number;
  readonly judge?: string;
  readonly yes?: boolean;
  readonly texts?: boolean;
}

/** `assay rubric compare`. @throws CliError in words for the user */
export async function compareVersions(older: string, newer: string, options: CompareOptions): Promise<void> {
  const pair = readVersionPair(older, newer);
  const target = await openJudgingTarget(options, () => {
    if (pair.old === pair.new && options.judge !== undefined)
      throw new CliError(
        '--judge is for another version; of the same version, the judge that it names answers.',
      );
    return changesOf(pair, options.judge);
  });
  try {
    const made = await compareOn(target, pair, options);
    print(
      options.json === true
        ? JSON.stringify(comparisonJson(made), null, 2)
        : [...target.caveats, formatComparison(made, target.flags)].join('\n'),
    );
  } finally {
    await target.close();
  }
}

/** What a session of a local run has otherwise: the new version in its catalogue, and who answers for it. */
export async function changesOf(pair: VersionPair, judge: string | undefined): Promise<SessionChanges> {
  const files: ProjectFiles = await readProject(process.cwd());
  const chosen = judge === undefined ? undefined : readJudgeChoice(judge);
  const answers =
    chosen?.answers.kind === 'recorded'
      ? { ...chosen.answers, file: resolve(chosen.answers.file) }
      : chosen?.answers;
  return {
    judge: answers,
    catalogue: (stored) => {
      const changed = withVersion(stored, files, pair, chosen?.named);
      const rubrics = changed.rubrics.filter(({ id, version }) => id === pair.id && version === pair.new);
      if (answers?.kind === 'openai')
        requireJudgeKeys({ ...changed, rubrics: rubrics.map((each) => ({ ...each, state: 'shadow' })) });
      return answers?.kind === 'recorded' ? withFreeJudges(changed) : changed;
    },
  };
}

async function compareOn(
  target: RatingTarget,
  pair: VersionPair,
  options: CompareOptions,
): Promise<VersionComparison> {
  const { catalogue } = target;
  const where = options.stack === undefined ? 'this run' : `the stack ${options.stack}`;
  const old = requireVersion(catalogue, pair.id, pair.old, where);
  const rubric = requireVersion(catalogue, pair.id, pair.new, where);
  const surfaces =
    options.surface === undefined
      ? catalogue.surfaces.map(({ surface }) => surface)
      : [requireSurface(catalogue, options.surface)];
  const responses = await readOldResponses(target, { old, rubric }, surfaces, options.limit);
  if (responses.length === 0)
    throw new CliError(
      old === rubric
        ? `There is nothing to compare on: nobody rated what an earlier judge of ${rubricName(old)} said.`
        : `There is nothing to compare on: nobody rated, and nothing was judged in the last week, under ${rubricName(old)}.`,
    );
  const judge = judgeOf(catalogue, rubric);
  const before = await readNewVerdicts(target, rubric, responses);
  const plan = await planComparison(target, { old, rubric, judge }, responses, before, Date.now());
  const asked = plan.tasks.length > 0 && (await isAgreed(describePlan(plan, rubric), options.yes));
  if (asked) await askComparison(target, rubric, plan, responses);
  const fresh = asked ? await readNewVerdicts(target, rubric, responses) : before;
  const pairs = await pairVerdicts(target, old, responses, fresh);
  const comparison = compareJudges(pairs, { old: old.passMark, new: rubric.passMark });
  const carrying = carryingOf(catalogue.rubrics, old, rubric);
  return {
    old,
    new: rubric,
    oldFingerprints: [...new Set(responses.map(({ fingerprint }) => fingerprint))],
    plan,
    asked,
    comparison,
    without: countWithout(responses, fresh, plan.expired),
    carrying,
    calibrations:
      carrying.carries && comparison.rated > 0 ? await recalibrate(target, old, rubric, responses) : [],
    answers: options.texts === true ? await readAnswers(target, old, responses, comparison) : new Map(),
  };
}

function countWithout(
  responses: readonly OldResponse[],
  fresh: Awaited<ReturnType<typeof readNewVerdicts>>,
  expired: number,
): Record<string, number> {
  const counts: Record<string, number> = {};
  let never = 0;
  for (const each of responses) {
    const found = fresh.get(each);
    if (found === undefined) never += 1;
    else if (found.state !== 'judged') counts[found.state] = (counts[found.state] ?? 0) + 1;
  }
  if (never > expired) counts['not asked'] = never - expired;
  return counts;
}

async function recalibrate(
  target: RatingTarget,
  old: Rubric,
  rubric: Rubric,
  responses: readonly OldResponse[],
): Promise<Calibration[]> {
  const made: Calibration[] = [];
  for (const surface of new Set(responses.map((each) => each.surface))) {
    const { report } = await target.recalibrate({ surface, rubric: { id: old.id, version: old.version } });
    made.push(
      ...(report?.calibrations ?? []).filter(
        (each) => each.rubric.version === rubric.version && each.fingerprint === judgeFingerprint(rubric),
      ),
    );
  }
  return made;
}

async function readAnswers(
  { judgements }: RatingTarget,
  old: Rubric,
  responses: readonly OldResponse[],
  { apart }: JudgeComparison,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { responseId, surface, at } of apart) {
    const own = responses.find((each) => each.responseId === responseId && each.surface === surface);
    const fingerprint = own?.fingerprint ?? '';
    const stored = await judgements.readTexts({
      surface,
      responseId,
      at,
      rubric: old,
      fingerprint,
      repeat: 0,
    });
    const answer = stored?.texts.response?.content;
    if (typeof answer === 'string') answers.set(responseId, answer);
  }
  return answers;
}

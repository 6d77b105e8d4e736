import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { passShare } from '#core/agreement/rated-response.ts';
import { presentCalibration } from '#core/calibration/use-calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { withoutRaters } from '#core/rating/left-out-rater.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { sumColumn } from '#core/series/series-set.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { impactOf } from '#core/triage/impact.ts';
import type { Postmortem, RatedEvidence } from '#core/triage/postmortem-markdown.ts';
import { comparedBefore, isIn } from '#core/triage/triage.ts';
import type { Target } from '../target/target.ts';
import type { TriageWork } from './triage-slo.ts';

const files = [
  ['series.csv', 'good and all events by 5-minute bucket, of the whole and of each slice that is stored'],
  ['verdicts.csv', 'the verdicts that were read, without texts'],
  ['data.json', 'everything above as JSON (docs/triage.md)'],
] as const;

/** What is known of an incident. */
export async function composePostmortem(
  target: Target,
  slo: Slo,
  incident: Postmortem['incident'],
  work: TriageWork,
): Promise<Postmortem> {
  const { triage, series, seriesSet, rubric } = work;
  const judged = slo.sli.kind === 'judge-pass' && rubric !== undefined;
  const usual = { from: incident.from - comparedBefore, to: triage.comparison?.before.to ?? incident.from };
  return {
    triage,
    owner: slo.owner,
    incident,
    impact: impactOf({
      counted: series.whole.usual(incident.from, incident.to),
      before: series.whole.usual(usual.from, Math.min(usual.to, incident.to)),
      responses: judged
        ? sumColumn(seriesSet.column(slo.surface, '*', 'n'), incident.from, incident.to)
        : series.whole.usual(incident.from, incident.to).total,
      objective: triage.proxy === null ? slo.objective : null,
      windowTotal: series.whole.window(incident.to, slo.window).total,
    }),
    calibration:
      judged && slo.calibration === 'required' ? await calibrationAt(target, slo, rubric, incident.to) : null,
    ratings: judged ? await ratingsOf(target, slo, rubric, usual, incident) : null,
    files,
  };
}

/** Versions of a calibration that are looked through for the one of the time. */
const versions = 50;

/** The calibration as the evaluation of that time would have found it. */
async function calibrationAt(
  { dynamo, tables }: Target,
  slo: Slo,
  rubric: Rubric,
  at: number,
): Promise<Postmortem['calibration']> {
  const store = createRatingStore(dynamo, tables.ratings);
  const own = (await store.readCalibrations()).filter(
    (each) => each.surface === slo.surface && each.rubric.id === rubric.id,
  );
  const then = (await Promise.all(own.map((each) => store.readHistory(each, versions)))).flatMap(
    (history) => history.find(({ madeAt }) => madeAt <= at) ?? [],
  );
  const { state, reason, ratings } = presentCalibration(
    then,
    { rubric, fingerprint: judgeFingerprint(rubric) },
    at,
  );
  return { state, reason, ratings };
}

async function ratingsOf(
  { dynamo, tables }: Target,
  slo: Slo,
  rubric: Rubric,
  before: { from: number; to: number },
  during: { from: number; to: number },
): Promise<Postmortem['ratings']> {
  const store = createRatingStore(dynamo, tables.ratings);
  const rated = await gatherRated(
    withoutRaters(store.readGroup({ surface: slo.surface, rubric }), await store.readLeftOut()),
  );
  const responses = rated.get(judgeFingerprint(rubric)) ?? [];
  const evidence = (period: { from: number; to: number }): RatedEvidence => {
    const inside = responses.filter(({ at, judge }) => isIn(at, period) && judge?.score !== undefined);
    const passed = (responses: typeof inside) =>
      responses.reduce((sum, each) => sum + passShare(each, rubric.passMark), 0);
    const isPassed = ({ judge }: (typeof inside)[number]) => (judge?.score ?? 0) >= rubric.passMark;
    const judgePassed = inside.filter(isPassed);
    return {
      rated: inside.length,
      judgePassed: judgePassed.length,
      passedOfPassed: passed(judgePassed),
      passedOfFailed: passed(inside.filter((each) => !isPassed(each))),
    };
  };
  return { before: evidence(before), during: evidence(during) };
}

import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { type EndState, finalStates } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { ReadonlyColumn } from '#core/series/column.ts';
import { type SeriesSet, sumColumn, verdictSource } from '#core/series/series-set.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/verdict-sums.ts';
import { usualCount } from '#core/series/weighed-verdicts.ts';
import { countsOf, expectedEventsPerDay } from '#core/slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { conversationDesignEffect } from '#core/statistics/design-effect.ts';
import type { SurfaceInput } from './surface-input.ts';

/** What an evaluation has to know besides the counts: traffic, releases, commands, and how the judge is. */
export function buildContext(
  { catalogue, surface, seriesSet, control, now, readAnchorStatus }: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
): SloContext {
  const judged = countsOf(slo.sli) === 'verdicts' && rubric !== undefined;
  const count = (what: VerdictColumn) =>
    rubric === undefined
      ? 0
      : sumColumn(seriesSet.column(slo.surface, '*', verdictColumn(rubric, what)), now - slo.window, now);
  const judge = rubric === undefined ? undefined : judgeOf(catalogue, rubric).name;
  const circuit = control.circuits.find(({ model }) => model === judge);
  const period = { surface: slo.surface, from: now - slo.window, to: now };
  const usual = (state: EndState) =>
    rubric === undefined ? 0 : usualCount(seriesSet, { ...period, rubric }, state);
  const ended = judged ? finalStates.reduce((sum, state) => sum + usual(state), 0) : 0;
  return {
    expectedPerDay: expectedEventsPerDay(slo, surface),
    rollbackClearedAt: control.rollbackClears.get(sloName(slo)),
    release: newestRelease(seriesSet, slo.surface),
    ...(judged && {
      unjudgeableShare: ended === 0 ? 0 : 1 - usual('judged') / ended,
      anchors: slo.calibration === 'required' ? readAnchorStatus(rubric).context : undefined,
      judgeUnhealthy: circuit?.reason,
      rubricChangedAt: rubricChangedAt(seriesSet, catalogue, slo.surface, rubric),
      designEffect: conversationDesignEffect({ judged: count('judged'), squares: count('squares') }),
    }),
  };
}

/** The release that was seen last for the first time. */
function newestRelease(seriesSet: SeriesSet, surface: string): SloContext['release'] {
  let newest: SloContext['release'];
  for (const [slice, columns] of seriesSet.slices(surface)) {
    if (!slice.startsWith('r:')) continue;
    const at = firstBucket(columns.get('n'));
    if (at !== undefined && (newest === undefined || at > newest.at)) newest = { id: slice.slice(2), at };
  }
  return newest;
}

/** When this rubric version took over from an earlier one; undefined where it never did. */
function rubricChangedAt(
  seriesSet: SeriesSet,
  catalogue: Catalogue,
  surface: string,
  rubric: Rubric,
): number | undefined {
  const columns = seriesSet.slices(surface).get('*');
  const hasOther = [...(columns?.keys() ?? [])].some(
    (name) =>
      name.startsWith('v:') && name.endsWith('|judged') && !name.startsWith(`${verdictSource(rubric)}|`),
  );
  if (!hasOther || rubricsOf(catalogue, surface).length === 0) return undefined;
  return firstBucket(columns?.get(verdictColumn(rubric, 'judged')));
}

function firstBucket(column: ReadonlyColumn | undefined): number | undefined {
  let first: number | undefined;
  for (const bucket of column?.keys() ?? []) if (first === undefined || bucket < first) first = bucket;
  return first;
}

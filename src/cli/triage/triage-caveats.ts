import { describeReason } from '#core/report/end-reasons.ts';
import { pipelineSurface } from '#core/series/keys.ts';
import { describeNotes, NoteTally } from '#core/series/record-notes.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { formatNumber, formatPercent } from '#core/slo/words/format.ts';
import type { TimelineEntry } from '#core/triage/timeline.ts';
import { type Comparison, isIn } from '#core/triage/triage.ts';
import { visibleText } from '#core/triage/visible-text.ts';
import { commonestReasons, endedOf } from '#local/report/read-end-reasons.ts';
import type { ReadVerdicts } from './triage-verdicts.ts';

/** What whoever reads the rates must know of them. @param near what changed near the start */
export function findCaveats(
  near: readonly TimelineEntry[],
  read: ReadVerdicts | undefined,
  comparison: Comparison,
): string[] {
  return [
    ...yardstickCaveats(near),
    ...(read === undefined
      ? []
      : [rawRates, ...unjudgedCaveats(read, comparison), ...reasonCaveats(read, comparison)]),
  ];
}

/** Of a sentence that may hold an id of a sender's. */
const mostCharacters = 500;

/** Why judgements of the time since the start ended without a verdict. */
function reasonCaveats({ unjudged, buried }: ReadVerdicts, { after }: Comparison): string[] {
  const ended = endedOf([...unjudged, ...buried].filter(({ at }) => isIn(at, after)));
  return commonestReasons(ended).map((reason) => visibleText(describeReason(reason), mostCharacters));
}

/** Messages that nobody could read may have been of any surface. */
export function rejectionCaveats(seriesSet: SeriesSet, { after }: Comparison): string[] {
  const tally = new NoteTally();
  for (const [name, column] of seriesSet.slices(pipelineSurface).get('*') ?? []) {
    const count = name.startsWith('rejected:') ? sumColumn(column, after.from, after.to) : 0;
    if (count > 0) tally.add(name, count);
  }
  return describeNotes(tally.notes);
}

const rawRates = "Rates are the judge's own counts, which no ratings correct here.";

/** A judge that changed may be what changed. */
function yardstickCaveats(near: readonly TimelineEntry[]): string[] {
  return near.some(({ kind }) => kind === 'judge' || kind === 'rubric')
    ? [
        'The judge or its rubric changed near the start: it may be the yardstick that moved, not the answers. Have people rate a few from either side.',
      ]
    : [];
}

/** Responses that nobody could judge are missing from both rates. */
function unjudgedCaveats({ verdicts, unjudged }: ReadVerdicts, { before, after }: Comparison): string[] {
  const shareIn = (period: { from: number; to: number }) => {
    const missing = unjudged.filter(({ at }) => isIn(at, period)).length;
    const all = missing + verdicts.filter(({ at }) => isIn(at, period)).length;
    return all === 0 ? 0 : missing / all;
  };
  const share = shareIn(after);
  const was = shareIn(before);
  return share >= 0.05 && share >= 2 * was
    ? [
        `${formatPercent(share)} of the sample since the start got no verdict (unjudgeable or shed), ${formatPercent(was)} before: the rates tell of the others, ${formatNumber(verdicts.length)} in all.`,
      ]
    : [];
}

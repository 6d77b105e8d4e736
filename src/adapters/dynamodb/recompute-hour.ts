import type { DirtyHour } from '#core/series/keys.ts';
import { type SeriesSet, verdictSource } from '#core/series/series-set.ts';
import { summariseCounts, summariseVerdicts } from '#core/series/summarise-hour.ts';
import type { JudgementStore } from './judgement-store.ts';
import type { SeriesStore } from './series-store.ts';

export interface HourDependencies {
  readonly store: Pick<SeriesStore, 'readCounts'>;
  readonly judgements: Pick<JudgementStore, 'readHour'>;
}

/** Makes an hour anew from its counters, or from the verdicts of its rubric version. */
export async function recomputeHour(
  { store, judgements }: HourDependencies,
  seriesSet: SeriesSet,
  dirty: DirtyHour,
): Promise<void> {
  if (dirty.of === 'counts') {
    const items = await store.readCounts(dirty.surface, dirty.hour);
    seriesSet.replaceHour(dirty.surface, 'counts', dirty.hour, summariseCounts(dirty.hour, items));
    return;
  }
  const verdicts = await judgements.readHour(dirty.surface, dirty.rubric, dirty.hour);
  seriesSet.replaceHour(
    dirty.surface,
    verdictSource(dirty.rubric),
    dirty.hour,
    summariseVerdicts(dirty.rubric, verdicts),
  );
}

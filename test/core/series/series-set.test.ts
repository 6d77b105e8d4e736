import { describe, expect, it } from 'vitest';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { type FreshColumns, SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { hour, hourKey } from '#core/time.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const slo = testCatalogue()
  .surfaces.find(({ surface }) => surface === 'chat')
  ?.slos.find(({ id }) => id === 'availability');
if (slo === undefined) throw new Error('the test catalogue lost chat/availability');

const start = Date.parse('2026-11-10T12:00:00Z');

function hourOf(total: number, good: number, at: number): Map<'*', FreshColumns> {
  return new Map([
    [
      '*' as const,
      new Map([
        [`t:${slo?.id}`, new Map([[at, total]])],
        [`g:${slo?.id}`, new Map([[at, good]])],
      ]),
    ],
  ]);
}

function windowOf(measurer: SloMeasurer, now: number): { good: number; total: number } {
  if (slo === undefined) throw new Error('unreachable');
  const measurement = measurer.measure(slo, undefined, now, baselinePeriod(slo, undefined, now));
  if (measurement.kind !== 'counts') throw new Error(`wanted counts, got ${measurement.kind}`);
  return measurement.series.window(now, 24 * hour);
}

describe('a series set', () => {
  it('tells a reader that comes back late to read all again, and one that keeps up what is new', () => {
    const seriesSet = new SeriesSet();
    const replace = (times: number) => {
      for (let turn = 0; turn < times; turn += 1)
        seriesSet.replaceHour('chat', 'counts', hourKey(start), hourOf(1, 1, start));
    };
    replace(10);
    const early = seriesSet.version('chat');
    replace(5_000);
    const late = seriesSet.version('chat');
    expect(late).toBe(5_010);
    expect(seriesSet.changedSince('chat', early)).toBeUndefined();
    expect(seriesSet.changedSince('chat', late)).toEqual(new Set());
    replace(1);
    expect(seriesSet.changedSince('chat', late)).toEqual(new Set([start]));
  });

  it.for([1, 100, 5_000])('measures the same for a reader that slept over %i changes as anew', (changes) => {
    const seriesSet = new SeriesSet();
    seriesSet.replaceHour('chat', 'counts', hourKey(start), hourOf(10, 10, start));
    const measurer = new SloMeasurer(seriesSet);
    expect(windowOf(measurer, start + hour)).toEqual({ good: 10, total: 10 });
    for (let change = 1; change <= changes; change += 1) {
      const at = start + (change % 3) * hour;
      seriesSet.replaceHour('chat', 'counts', hourKey(at), hourOf(20 + change, change % 7, at));
    }
    const now = start + 4 * hour;
    expect(windowOf(measurer, now)).toEqual(windowOf(new SloMeasurer(seriesSet), now));
  });

  it('sums a column from a bucket on, up to one that does not count', () => {
    const column = new Map([
      [0, 1],
      [10, 2],
      [20, 4],
    ]);
    expect(sumColumn(column, 0, 20)).toBe(3);
    expect(sumColumn(column, 10, 21)).toBe(6);
    expect(sumColumn(new Map(), 0, 20)).toBe(0);
  });
});

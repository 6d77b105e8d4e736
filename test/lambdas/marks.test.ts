import { describe, expect, it } from 'vitest';
import { metric } from '#core/names.ts';
import type { Incident } from '#core/report/incident.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { day, hour, minute } from '#core/time.ts';
import { findMarks, UnsentMarks } from '#lambdas/slo-evaluator/marks.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const catalogue = testCatalogue();

/** A series set in which these releases of `chat` were first seen at these instants, beside traffic without one. */
function seriesSetOf(releases: Readonly<Record<string, number>>, begun = now - 40 * day): SeriesSet {
  const seriesSet = new SeriesSet();
  seriesSet.setValue('chat', '*', 'n', begun, 1);
  for (const [name, at] of Object.entries(releases)) {
    seriesSet.setValue('chat', `r:${name}`, 'n', at, 3);
    seriesSet.setValue('chat', '*', 'n', at, 3);
  }
  return seriesSet;
}

const marksOf = (seriesSet: SeriesSet, incidents: readonly Incident[] = []) =>
  findMarks({ catalogue, seriesSet, incidents, now });
const instants = (name: string, seriesSet: SeriesSet, incidents: readonly Incident[] = []) => [
  ...new Set(marksOf(seriesSet, incidents).flatMap((mark) => (mark.name === name ? [mark.at] : []))),
];

describe('marks of releases', () => {
  it('are made of what CloudWatch still takes: 13 days', () => {
    const seriesSet = seriesSetOf({ old: now - 14 * day, recent: now - 2 * day });
    expect(instants(metric.releaseMark, seriesSet)).toEqual([now - 2 * day]);
  });

  it('are not made of a release that was there from the beginning', () => {
    const begun = now - 3 * day;
    const seriesSet = seriesSetOf({ first: begun + 5 * minute, second: begun + day }, begun);
    expect(instants(metric.releaseMark, seriesSet)).toEqual([begun + day]);
  });

  it('are one for all surfaces together, however many have a release then', () => {
    const seriesSet = seriesSetOf({ both: now - day });
    seriesSet.setValue('default', '*', 'n', now - 40 * day, 1);
    seriesSet.setValue('default', 'r:both', 'n', now - day, 1);
    expect(marksOf(seriesSet).map(({ dimensions }) => dimensions.Surface ?? 'all')).toEqual([
      'chat',
      'all',
      'default',
    ]);
  });
});

describe('marks of incidents', () => {
  const incident = { provider: 'p', from: now - 20 * minute, to: null, note: 'n' };

  it('go on until now while the incident does', () => {
    expect(instants(metric.incidentMark, seriesSetOf({}), [incident])).toEqual(
      [20, 15, 10, 5, 0].map((ago) => now - ago * minute),
    );
  });

  it('are one an hour where it lasts longer than a day', () => {
    const long = { ...incident, from: now - 30 * hour, to: now - hour };
    expect(instants(metric.incidentMark, seriesSetOf({}), [long])).toHaveLength(30);
  });

  it('are none before it begins', () => {
    const later = { ...incident, from: now + hour };
    expect(marksOf(seriesSetOf({}), [later])).toEqual([]);
  });
});

describe('an instance', () => {
  it('publishes a mark once, and again where that failed', () => {
    const unsent = new UnsentMarks();
    const marks = marksOf(seriesSetOf({ one: now - day }));
    expect(unsent.filter(marks)).toEqual(marks);
    expect(unsent.filter(marks)).toEqual(marks);
    unsent.markSent(marks);
    for (const _ of [1, 2, 3]) {
      const again = unsent.filter(marks);
      expect(again).toEqual([]);
      unsent.markSent(again);
    }
    const more = marksOf(seriesSetOf({ one: now - day, two: now - hour }));
    expect(unsent.filter(more).map(({ at }) => at)).toEqual([now - hour, now - hour]);
  });
});

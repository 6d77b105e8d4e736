import { describe, expect, test } from 'vitest';
import type { Sli } from '#core/slo/definition/sli.ts';
import { sayAlarm } from '#core/slo/rules/say-alarm.ts';
import { hour } from '#core/time.ts';
import { makeSlo } from '../../../support/make-slo.ts';

const window = { severity: 'page', width: 6 * hour, good: 60, total: 90, calibrated: null } as const;
const said = {
  window,
  width: window.width,
  normal: 1 / 18,
  cohort: undefined,
  kind: 'rate',
  unchecked: undefined,
} as const;
const say = (sli: Sli, different: Partial<Parameters<typeof sayAlarm>[0]> = {}) =>
  sayAlarm({ slo: makeSlo({ sli }), ...said, ...different });

describe('the plain sentence of an alarm', () => {
  test.each<[Sli, string]>([
    [{ kind: 'judge-pass' }, 'One answer in three was bad'],
    [{ kind: 'human-pass' }, 'One rated answer in three was bad'],
    [{ kind: 'accepted' }, 'One answer in three was turned down by its user'],
    [{ kind: 'field', field: 'costUsd', atMost: 0.045 }, 'One answer in three had a cost of over $0.045'],
    [
      { kind: 'field', field: 'tokensPerSecond', atLeast: 20 },
      'One answer in three had tokens a second after the first of under 20',
    ],
    [{ kind: 'success' }, 'One request in three got no good response'],
    [{ kind: 'provider-success' }, 'One attempt in three failed'],
    [
      { kind: 'median-multiple', field: 'totalMs', times: 3 },
      'One answer in three had a time to the whole answer of over 3 times the median',
    ],
  ])('of $kind', (sli, sentence) => {
    expect(say(sli)).toBe(`${sentence} in the last six hours; normal is one in eighteen.`);
  });

  test('is of the rate that people correct, of the cohort, and says what is allowed where nothing is usual yet', () => {
    const judged = { kind: 'judge-pass' } as const;
    const calibrated = { value: 0.75, lower: 0.6, upper: 0.8 };
    expect(say(judged, { window: { ...window, calibrated }, normal: undefined, cohort: 'de' })).toBe(
      'In "de": one answer in four was bad in the last six hours; the objective allows one in twelve.',
    );
    expect(say(judged, { kind: 'lasting', normal: 0.5 })).toBe(
      'A lasting drop: one answer in three was bad in the last six hours; the objective allows one in twelve.',
    );
    expect(say(judged, { kind: 'spent', window: { ...window, good: 0, total: 0 } })).toBe(
      'The budget is spent, and nothing came in the last six hours.',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { compactState, readSloState } from '#core/slo/alarms/state.ts';
import { minute } from '#core/time.ts';
import { makeSeries, makeSlo, replay } from '../../../support/make-slo.ts';

const paged = makeSlo({ severities: ['page', 'ticket'] });
const healthy = { good: 95, total: 100 };
const broken = { good: 70, total: 100 };

describe('replayed, late and doubled ticks', () => {
  const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 3, ...broken });

  test('change nothing, whatever the series has become', () => {
    const { last } = replay({ slo: makeSlo(), series, to: 26 });
    const worse = makeSeries({ lasts: 27, good: 0, total: 1_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 24 * 60 }), (minutesBefore) => {
        const now = last.state.at - minutesBefore * minute;
        const again = evaluateSlo({
          slo: makeSlo(),
          measurement: { kind: 'counts', series: worse },
          previous: last.state,
          now,
        });
        expect(again.state).toBe(last.state);
        expect(again.evaluation.transitions).toEqual([]);
        expect(again.evaluation.replayed).toBe(true);
        expect(again.evaluation.pressure).toEqual(last.evaluation.pressure);
        expect(again.evaluation.firing).toEqual(last.evaluation.firing);
      }),
    );
  });

  test('ticks of a minute and of 5 minutes see the same alarms', () => {
    const slow = replay({ slo: paged, series, to: 27 });
    const fast = replay({ slo: paged, series, to: 27, tick: minute });
    expect(fast.transitions.map(({ severity, to }) => [severity, to])).toEqual(
      slow.transitions.map(({ severity, to }) => [severity, to]),
    );
  });
});

describe('the state', () => {
  test('is plain JSON under 1 kB and goes on from where it was stored', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 6, ...broken });
    const { last } = replay({ slo: makeSlo(), series, to: 28 });
    const stored = JSON.stringify(last.state);
    expect(stored.length).toBeLessThan(1_000);
    const read = readSloState(JSON.parse(stored));
    expect(read).toEqual({ ok: true, state: last.state });
    const goOn = (state: typeof last.state) =>
      replay({ slo: makeSlo(), series, from: 28, to: 30, previous: state }).last;
    if (read.ok) expect(goOn(read.state).state).toEqual(goOn(last.state).state);
  });

  test('may be stored with its evidence rounded', () => {
    const { last } = replay({
      slo: makeSlo(),
      series: makeSeries({ lasts: 3, good: 90, total: 101 }),
      to: 3,
    });
    const compact = compactState(last.state);
    compact.memory.detectors.warn?.evidence.forEach((value, index) => {
      const exact = last.state.memory.detectors.warn?.evidence[index] ?? 0;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(1e-5 * exact);
    });
    expect({ ...compact, memory: undefined }).toEqual({ ...last.state, memory: undefined });
  });

  test.each([
    {
      why: 'of another version',
      stored: { version: 2, at: 1, alarms: {}, memory: { detectors: {}, rows: {} } },
      field: 'version',
    },
    { why: 'that is cut', stored: { version: 1, at: 1 }, field: 'alarms' },
    { why: 'that is nothing', stored: null, field: 'the whole' },
  ])('$why is refused with the field and what to do', ({ stored, field }) => {
    const read = readSloState(stored);
    expect(read.ok).toBe(false);
    if (!read.ok)
      expect(read.reason).toMatch(
        new RegExp(`wanted an SLO state of version 1, but ${field} .*leave it out`),
      );
  });
});

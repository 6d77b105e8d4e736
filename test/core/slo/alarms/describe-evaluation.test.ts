import { describe, expect, test } from 'vitest';
import { hour, minute } from '#core/time.ts';
import { makeSeries, makeSlo, replay } from '../../../support/make-slo.ts';

const paged = makeSlo({ severities: ['page', 'ticket'] });
const healthy = { good: 95, total: 100 };
const broken = { good: 70, total: 100 };

describe('the reason', () => {
  test('of a row says how many of how many, over which windows, against what, and the chance', () => {
    const slo = makeSlo({
      severities: ['page'],
      rows: { page: { long: 6 * hour, short: 30 * minute, burn: 2 } },
    });
    const { transitions } = replay({
      slo,
      series: makeSeries({ lasts: 6, ...healthy }, { lasts: 6, ...broken }),
      to: 12,
    });
    expect(transitions[0]?.reason).toMatch(
      /^One answer in six was turned down by its user in the last six hours; normal is one in twenty\.\n[\d,]+ of 7,200 responses were bad \(16\.\d%\) over 6 h: the budget of 8% burns at 2\.\d+ times its even rate, and 3\.75 times its even rate over 30 min \(180 of 600\); page fires from 2 times\. At the objective of 92% so many have a chance of \d(\.\d)?e-\d+; 1e-5 is asked\.$/,
    );
  });

  test('of a detector says its evidence and how long chance would take', () => {
    const { transitions } = replay({
      slo: paged,
      series: makeSeries({ lasts: 6, ...healthy }, { lasts: 6, good: 85, total: 100 }),
      to: 12,
    });
    expect(transitions[0]?.reason).toMatch(
      /^A lasting drop: one answer in (ten|eleven|twelve|thirteen) was turned down by its user in the last two hours; normal is one in twenty\.\nSustained drop of good responses under 92%; [12]\d\d of 2,400 responses were bad \(\d\.\d%\) over 2 h\. Evidence M = [\d,]+; ticket fires from 2,400, which takes 2,400 hours on average while there is no drop\.$/,
    );
  });

  test('of a quiet state says the level and the budget, and which severity is near', () => {
    const { last } = replay({ slo: makeSlo(), series: makeSeries({ lasts: 24, ...healthy }), to: 24 });
    expect(last.reason()).toMatch(
      /^One answer in twenty was turned down by its user in the last 24 hours; the objective allows one in twelve\. Nothing fires\.\n27,360 of 28,800 responses were good over 24 h \(95%\), against 92%\. Nothing fires\. 37\.5% of the budget of 24 h is left\.$/,
    );
    const near = replay({
      slo: makeSlo(),
      series: makeSeries({ lasts: 24, ...healthy }, { lasts: 2, good: 86, total: 100 }),
      to: 24.2,
    });
    expect(near.last.reason()).toMatch(/Nothing fires; (page|ticket) is nearest at 0\.\d+ of 1\./);
  });

  test('of a missed objective says why nothing fires', () => {
    const few = replay({ slo: makeSlo(), series: makeSeries({ lasts: 2, good: 0.2, total: 0.3 }), to: 2 });
    expect(few.last.reason()).toMatch(
      /Nothing fires: of fewer than 50 nothing can be told, and there were \d+\.\n/,
    );
  });

  test('of an alarm that cleared says that it recovered', () => {
    const series = makeSeries(
      { lasts: 24, good: 9.5, total: 10 },
      { lasts: 6, good: 7, total: 10 },
      { lasts: 30, good: 9.5, total: 10 },
    );
    const { transitions } = replay({ slo: paged, series, to: 60 });
    expect(transitions.at(-1)?.reason).toMatch(/^Recovered: the last events have been good for 10 min\./);
    expect(transitions.find(({ severity, to }) => severity === 'ticket' && to === 'OK')?.reason).toBe(
      'Masked by the page: the page alarm of the same SLO stands for it, and it has not ended.',
    );
  });
});

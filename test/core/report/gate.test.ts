import { describe, expect, it } from 'vitest';
import { classifyBudget } from '#core/report/classify-budget.ts';
import { decideGate } from '#core/report/gate.ts';
import { makeSlo } from '#test/support/make-slo.ts';
import { firing, makeReading, makeStanding } from '../../support/make-reading.ts';

const overspent = { raw: { value: 0.8, good: 160, total: 200 }, budgetLeft: -1.5 };
/** The case of the statistics page: p = .03, no breach at one look. */
const perhaps = { raw: { value: 0.88, good: 176, total: 200 }, budgetLeft: -0.5 };

describe('a look at a budget', () => {
  const calibrated = (upper: number) => ({ value: 0.9, lower: 0.85, upper });
  it.each([
    ['is kept while some of it is left', {}, 'kept'],
    ['is spent where the test at .01 agrees', overspent, 'spent'],
    ['is perhaps spent where chance may have done it', perhaps, 'perhaps'],
    [
      'is perhaps spent on fewer than 50 events',
      { raw: { value: 0, good: 0, total: 49 }, budgetLeft: -11 },
      'perhaps',
    ],
    [
      'of calibrated rates is spent where their interval lies under the objective',
      { ...overspent, calibrated: calibrated(0.91) },
      'spent',
    ],
    [
      'of calibrated rates is perhaps spent where their interval holds the objective',
      { ...overspent, calibrated: calibrated(0.93) },
      'perhaps',
    ],
    ['cannot be told of a change', { budgetLeft: null }, 'untold'],
  ] as const)('%s', (_, different, look) => {
    expect(classifyBudget(makeReading(different), 0.92)).toBe(look);
  });
});

describe('the gate of a tier', () => {
  it('is open while its SLOs are in order', () => {
    expect(decideGate([makeStanding()], 1)).toEqual({ verdict: 'open', checked: 1, reasons: [], notes: [] });
  });

  it.each(['rollback', 'page', 'ticket'] as const)(
    "is shut by a %s alarm, with the evaluator's reason",
    (severity) => {
      expect(decideGate([makeStanding({ firing: firing(severity), reason: 'It burns.' })], 1)).toMatchObject({
        verdict: 'shut',
        reasons: [{ slo: 'chat/accepted', kind: 'alarm', severity, message: 'It burns.' }],
      });
    },
  );

  it('is shut by a spent budget', () => {
    expect(decideGate([makeStanding(overspent)], 1)).toMatchObject({
      verdict: 'shut',
      reasons: [
        {
          kind: 'budget',
          severity: null,
          message: '80% good of 200, wanted 92%: the budget is overspent by 150%.',
        },
      ],
    });
  });

  it('stays open on a digest, a budget that chance may have spent, and an SLO without data, and notes them', () => {
    const verdict = decideGate(
      [
        makeStanding({ firing: firing('digest') }, { id: 'a' }),
        makeStanding(perhaps, { id: 'b' }),
        makeStanding({ measured: false }, { id: 'c' }),
        { slo: makeSlo({ id: 'd' }), reading: undefined },
      ],
      1,
    );
    expect(verdict).toMatchObject({ verdict: 'open', checked: 2 });
    expect(verdict.notes).toEqual([
      'chat/a has a digest alarm: All is well.',
      expect.stringMatching(/^chat\/b is under its objective on 200 events, which may be chance/),
      'chat/c has no recent data.',
      'chat/d was never evaluated.',
    ]);
  });

  it('looks at its own tier only', () => {
    const standings = [makeStanding({ firing: firing('page') }, { tier: 2 }), makeStanding()];
    expect(decideGate(standings, 1).verdict).toBe('open');
    expect(decideGate(standings, 2).verdict).toBe('shut');
  });

  it('cannot tell of a tier that nobody has, and says which there are', () => {
    expect(decideGate([makeStanding()], 3)).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('belong to tier 1'),
    });
  });

  it('cannot tell of a tier without any data', () => {
    expect(decideGate([makeStanding({ measured: false })], 1).verdict).toBe('unknown');
  });

  it('is shut by an alarm that stands although its SLO is silent now', () => {
    expect(decideGate([makeStanding({ measured: false, firing: firing('page') })], 1).verdict).toBe('shut');
  });
});

import { describe, expect, it } from 'vitest';
import { decideGate } from '#core/report/gate.ts';
import { makeSlo } from '#test/support/make-slo.ts';
import { firing, makeStanding } from '../../support/make-reading.ts';

const overspent = { raw: { value: 0.8, good: 160, total: 200 }, budgetLeft: -1.5 };

/** The case of the statistics page: p = .03, no breach at one look. */
const perhaps = { raw: { value: 0.88, good: 176, total: 200 }, budgetLeft: -0.5 };

describe('the gate of a tier', () => {
  it('is open while its SLOs are in order', () => {
    expect(decideGate([makeStanding()], 1)).toEqual({
      verdict: 'open',
      checked: 1,
      withinBudget: 1,
      reasons: [],
      notes: [],
    });
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
    expect(verdict).toMatchObject({ verdict: 'open', checked: 2, withinBudget: 1 });
    expect(verdict.notes).toEqual([
      'chat/a has a digest alarm: All is well.',
      expect.stringMatching(/^chat\/b is under its objective on 200 events, which may be chance/),
      'chat/c cannot be measured: no recent data.',
      'chat/d was never evaluated.',
    ]);
  });

  it('takes no word of a judge whom nobody has checked, and says so', () => {
    const calibration = { state: 'missing', reason: 'no ratings yet', ratings: 0 } as const;
    const unchecked = makeStanding({ ...overspent, calibration }, { id: 'b' });
    const verdict = decideGate([makeStanding({}, { id: 'a' }), unchecked], 1);
    expect(verdict).toMatchObject({ verdict: 'open', checked: 1, withinBudget: 1 });
    expect(verdict.notes).toEqual([
      'Nobody has checked the judge of chat/b. By it alone 80% good of 200, wanted 92%: the budget is overspent by 150%.',
    ]);
    expect(decideGate([unchecked], 1).verdict).toBe('unknown');
  });

  it('calls what has no past to be held against so, as status and page do', () => {
    const { notes } = decideGate(
      [makeStanding({ measured: false }, { id: 'c', objective: null }), makeStanding({}, { id: 'a' })],
      1,
    );
    expect(notes).toEqual(['chat/c cannot be measured: no baseline yet.']);
  });

  it('calls no chance what an alarm stands for', () => {
    expect(decideGate([makeStanding({ ...perhaps, firing: firing('page') })], 1)).toMatchObject({
      verdict: 'shut',
      reasons: [{ kind: 'alarm', severity: 'page' }],
      notes: [],
    });
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

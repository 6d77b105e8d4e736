import { describe, expect, test } from 'vitest';
import { checkRows } from '#core/slo/definition/check-rows.ts';
import type { AlertRow } from '#core/slo/definition/slo.ts';
import { day, hour, minute } from '#core/time.ts';
import { lenientRows, makeJudgeSlo, makeSlo } from '../../../support/make-slo.ts';

const busy = { expectedPerDay: 200_000, sampleRate: 0.05 };
const withPage = (objective: number, row: Partial<AlertRow>) =>
  makeSlo({ objective, rows: { page: { ...lenientRows.page, ...row } } });

describe('a row that cannot fire', () => {
  test('14.4 on 92% is refused, with the maximum, what it would need, and what would work', () => {
    expect(checkRows(withPage(0.92, { burn: 14.4 }), busy)).toEqual([
      {
        verdict: 'refused',
        severity: 'page',
        message:
          'the page row of chat/accepted asks for a burn of 14.4 times, which can never be: at an objective of 92% the maximum is 12.5 times, with everything bad, and 14.4 times would need 115.2% bad. Stay under 11.2 times; 2 times would work (16% bad)',
      },
    ]);
  });

  test.each([
    { objective: 0.995, burn: 14.4, verdicts: [] },
    { objective: 0.92, burn: 11.25, verdicts: ['refused'] },
    { objective: 0.92, burn: 11.24, verdicts: [] },
    { objective: 0.92, burn: 12.5, verdicts: ['refused'] },
    { objective: 0.5, burn: 2, verdicts: ['refused'] },
    { objective: 0.9995, burn: 1_799, verdicts: [] },
    { objective: 0.9995, burn: 1_801, verdicts: ['refused'] },
  ])('$burn on $objective: $verdicts', ({ objective, burn, verdicts }) => {
    expect(checkRows(withPage(objective, { burn }), busy).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  test('proposes what is below the maximum, and nothing where nothing is', () => {
    expect(checkRows(withPage(0.5, { burn: 6 }), busy)[0]?.message).toMatch(
      /1\.5 times would work \(75% bad\)$/,
    );
    expect(checkRows(withPage(0.05, { burn: 6 }), busy)[0]?.message).toMatch(
      /no bound would work there: raise the objective$/,
    );
  });

  test('a budget of no longer a time than the long window is refused', () => {
    expect(checkRows(withPage(0.92, { spent: 6 * hour }), busy)[0]?.message).toMatch(
      /once the budget of 6 h is spent, which must be a longer time than its long window of 6 h; 7d would work$/,
    );
    expect(checkRows(withPage(0.92, { spent: 7 * day }), busy)).toEqual([]);
  });

  test('a short window as long as the long one is refused', () => {
    expect(checkRows(withPage(0.92, { short: 6 * hour }), busy)[0]?.message).toMatch(
      /short window of 6 h, which must be shorter than its long one of 6 h; a twelfth of it, 30 min, would work/,
    );
  });
});

describe('a row that traffic starves', () => {
  test('is warned of with the figures and rows that would work', () => {
    const findings = checkRows(
      makeJudgeSlo({ rows: { rollback: { long: hour, short: 5 * minute, burn: 3 } } }),
      { expectedPerDay: 15_000, sampleRate: 0.05 },
    );
    expect(findings).toEqual([
      {
        verdict: 'starved',
        severity: 'rollback',
        message:
          'the rollback row of chat/judge-pass needs 50 events in its long window of 1 h and can expect 31.3 (15,000 responses a day, 5% of them judged), so it will seldom speak; a long window of 2 h (62.5 events), or a sample rate of 8%, would work',
      },
    ]);
  });

  test.each([
    { why: 'every response counts', slo: makeSlo(), perDay: 1_200, starved: [] },
    { why: 'only the sampled ones count', slo: makeJudgeSlo(), perDay: 1_200, starved: ['rollback', 'page'] },
    {
      why: 'failovers come when they come',
      slo: makeSlo({ sli: { kind: 'field', field: 'failoverMs', atMost: 800 } }),
      perDay: 1,
      starved: [],
    },
    {
      why: 'people rate when they rate',
      slo: makeSlo({ sli: { kind: 'human-pass' } }),
      perDay: 1,
      starved: [],
    },
    {
      why: 'a change has no rows',
      slo: makeSlo({ objective: null, sli: { kind: 'refusal-change', within: 0.1 } }),
      perDay: 1,
      starved: [],
    },
  ])('$why: $starved', ({ slo, perDay, starved }) => {
    const rate = slo.sli.kind === 'judge-pass' ? 0.1 : 0.05;
    expect(
      checkRows(slo, { expectedPerDay: perDay, sampleRate: rate }).map(({ severity }) => severity),
    ).toEqual(starved);
  });
});

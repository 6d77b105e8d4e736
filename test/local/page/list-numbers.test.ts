import { expect, test } from 'vitest';
import { listNumbers } from '#local/page/list-numbers.ts';
import type { PageState, SloView } from '#local/page/page-state.ts';

/** A state whose numbers are all different, so that each is found again. */
const state = {
  clock: 1_001,
  tick: 1_002,
  progress: { sent: 1_003, total: 1_004 },
  headline: { proof: { slo: 'chat/judge-pass', severity: 'page', since: 1_005 } },
  slos: [
    {
      name: 'chat/judge-pass',
      title: 'judged good answers',
      surfaceTitle: 'Streaming chat',
      objective: 0.92,
      window: 86_400_000,
      unit: 'share',
      health: 'breaking',
      severities: ['page'],
      shown: {
        value: 0.708,
        calibrated: { value: 0.708, lower: 0.61, upper: 0.79 },
        good: 431,
        total: 636,
        window: 21_600_000,
        alarm: 'page',
      },
      reading: {
        raw: { value: 0.85, good: 1_270, total: 1_488 },
        calibrated: { value: 0.912, lower: 0.86, upper: 0.94 },
        weekBefore: 0.93,
        budgetLeft: -0.099,
        burn: 1.1,
        pressure: { rollback: 0, page: 1.36, ticket: 0, digest: 0 },
      },
    },
  ] as unknown as SloView[],
  alarms: [{ name: 'a', state: 'ALARM', since: 1_006, maskedBy: null }],
  calibrations: [
    {
      surface: 'chat',
      rubric: 'r@1',
      judge: 'j',
      ratings: 200,
      kappa: 0.55,
      sensitivity: 0.91,
      specificity: 0.66,
      madeAt: 1_007,
    },
  ],
  spend: {
    day: '2026-11-30',
    reservedUsd: 0.75,
    capUsd: 25,
    shed: 11,
    zoomedUsd: 0.05,
    rescoredUsd: 0.03,
    zoomCapUsd: 6.25,
    callsUsd: 0.67,
    calls: 2_755,
  },
  flow: {
    received: 3_359,
    responses: 3_120,
    feedback: 239,
    rejected: 12,
    sampled: 1_601,
    late: 13,
    judged: 1_590,
    unjudgeable: 14,
    shed: 15,
    dlq: 16,
    waiting: { judge: 17, dlq: 18, rejected: 19 },
    told: [],
  },
} as unknown as PageState;

/** Numbers of the state, however deep. */
function leaves(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

test('every number of the state has a row, and no row of the page is without its meaning', () => {
  const rows = listNumbers(state);
  const values = rows.map(({ value }) => value);
  // What is worked out of others, and what the page does not show: the judge's own counts of the whole window.
  const unseen = [86_400_000, 21_600_000, 0.85, 1_270, 0.86, 0.94, 0];
  const missing = leaves(state).filter((value) => !values.includes(value) && !unseen.includes(value));
  expect(missing).toEqual([]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const { says, of, from } of rows) expect([says, of, from].every((text) => text.length > 2)).toBe(true);
  expect(rows.find(({ id }) => id === 'chat/judge-pass.now')).toEqual({
    id: 'chat/judge-pass.now',
    says: 'judged good answers on Streaming chat: now, over the window that the page is about',
    value: 0.708,
    unit: 'share',
    of: 'the last 6 h',
    from: "the judge's verdicts, corrected by people's ratings",
  });
});

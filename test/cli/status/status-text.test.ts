import { describe, expect, it } from 'vitest';
import type { Status } from '#cli/status/status-read.ts';
import { formatStatus } from '#cli/status/status-text.ts';

const status: Status = {
  source: 'test',
  evaluatedAt: '2026-11-10T12:00:00.000Z',
  caveats: [],
  balance: {
    approximate: true,
    hours: 24,
    received: 10_000,
    rejected: 0,
    sampled: 1_200,
    notes: { unusable: {}, textless: 0, repeatedIds: 0, overflow: {}, rejected: {} },
    states: { judged: 1_200, unjudgeable: 0, shed: 0 },
    queues: {},
    reasons: [],
  },
  rejections: [],
  unevaluated: [],
  evaluators: [],
  slos: [],
  alarms: [],
  calibrations: [],
  waitingBatches: [],
  shadows: [],
  anchors: [],
  spending: { '2026-11-10': { spentUsd: 3.2, shed: 0, zoomedUsd: 1.4 } },
  spendingCapUsdPerDay: 25,
  zooms: [
    {
      surface: 'chat',
      factor: 10,
      reason: 'sampled 10 times as much as usual since 2026-11-10 11:20Z: the pressure of judge-pass is 0.62',
    },
  ],
  zoomUsdPerDay: 6.25,
  circuits: [],
  retirements: [],
  tick: Date.parse('2026-11-10T12:00:00.000Z'),
};

describe('a status in words', () => {
  it('says which surface is sampled more than usual, why, and what that costs', () => {
    const text = formatStatus(status, '').replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'Zoom chat is sampled 10 times as much as usual since 2026-11-10 11:20Z: the pressure of judge-pass is 0.62',
    );
    expect(text).toContain(
      'Spending $3.20 of $25 on 2026-11-10; $1.40 of it on zooming, which may use $6.25',
    );
  });

  it('says what of the spending went into rescoring', () => {
    const spending = { '2026-11-10': { spentUsd: 3.2, shed: 0, rescoredUsd: 0.8 } };
    expect(formatStatus({ ...status, spending }, '').replaceAll(/\s+/g, ' ')).toContain(
      'Spending $3.20 of $25 on 2026-11-10; $0.80 of it on rescoring',
    );
  });

  it('tells an alarm that watches no objective in a plain sentence, its name last', () => {
    const alarms = [
      {
        name: 'assay-prod-operations-judge-dlq',
        since: '2026-11-10T11:00:00.000Z',
        reason: 'Threshold Crossed',
        title: 'judgements given up',
        says: 'Sampled answers lie without a verdict.',
      },
    ];
    expect(
      formatStatus({ ...status, alarms }, '')
        .split('\n')
        .slice(0, 4),
    ).toEqual([
      'Firing (evaluated 2026-11-10 12:00 UTC):',
      '  ALARM    Assay itself: judgements given up',
      '           Sampled answers lie without a verdict.',
      '           assay-prod-operations-judge-dlq, since 2026-11-10 11:00 UTC',
    ]);
  });

  it('says nothing of zoom where nothing is zoomed', () => {
    const quiet = { ...status, spending: { '2026-11-10': { spentUsd: 3.2, shed: 0 } }, zooms: [] };
    expect(formatStatus(quiet, '')).not.toMatch(/zoom/i);
  });
});

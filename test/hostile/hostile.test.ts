import { beforeAll, describe, expect, it } from 'vitest';
import { type Balance, checkBalance } from './balance.ts';
import { slotOf } from './expectation.ts';
import { killPoints } from './kill-points.ts';
import { mostCohorts, surfaceOfNames } from './outsized.ts';
import { type HostileRun, runHostile } from './run-hostile.ts';

const records = 5_000;

let run: HostileRun;

beforeAll(async () => {
  run = await runHostile({ records, seed: 'hostile-5k' });
});

describe('records under hostile conditions', () => {
  it('balance: each sampled id in one end state, no record lost, everything done twice explained', () => {
    expect(run.balance.violations).toEqual([]);
  });

  it('meet with everything that can go wrong', () => {
    const { kills, faults, judgeFaults } = run.observed;
    expect(kills.length).toBeGreaterThanOrEqual(3);
    for (const { point } of kills) expect(killPoints).toContain(point);
    expect(Object.keys(faults)).toEqual(
      expect.arrayContaining([
        'DynamoDB throughput exceeded',
        'DynamoDB throttled',
        'DynamoDB failed (500)',
        'DynamoDB left writes unprocessed',
        'DynamoDB answer lost',
        'DynamoDB answer to an ADD lost',
        'SQS failed (500)',
        'SQS refused a part of a DeleteMessageBatch',
        'CloudWatch throttled',
      ]),
    );
    expect(Object.keys(judgeFaults)).toEqual(
      expect.arrayContaining([
        '429 in a storm',
        '401, the key is revoked',
        'told to wait',
        'server errors',
        'connection reset',
        'no answer in time',
        'always unreadable',
        'never answered',
        'refused by a code that nobody knows',
        'refused in a form that nobody knows',
      ]),
    );
    const kinds = new Set(run.sent.map(({ what }) => what));
    expect([...kinds]).toEqual(expect.arrayContaining(['names without end', 'outsized']));
    expect(run.balance.figures['cohorts of the surface whose names have no end']).toBeGreaterThan(100);
  });

  it('end in every end state', () => {
    const { figures } = run.balance;
    for (const state of ['judged', 'unjudgeable', 'shed', 'dlq'])
      expect(figures[state], state).toBeGreaterThan(0);
    expect(figures['sampled judgements']).toBe(
      ['judged', 'unjudgeable', 'shed', 'dlq'].reduce((sum, state) => sum + (figures[state] ?? 0), 0),
    );
  });

  it('leave the evaluator ticking', () => {
    expect(run.ticks.published).toBeGreaterThan(1);
  });
});

/** The balance of the same run with something changed in it. */
function balanceWith(change: (run: HostileRun) => Partial<HostileRun>): Balance {
  const { sent, observed, stored, lastTick, tickLog } = { ...run, ...change(run) };
  return checkBalance(sent, observed, stored, lastTick, tickLog);
}

describe('the balance does not hold where', () => {
  const ruined: Record<string, (run: HostileRun) => Partial<HostileRun>> = {
    'a sampled judgement is missing': ({ stored }) => ({
      stored: { ...stored, judgements: stored.judgements.slice(1) },
    }),
    'a judgement is there twice': ({ stored }) => ({
      stored: { ...stored, judgements: [...stored.judgements, ...stored.judgements.slice(0, 1)] },
    }),
    'something was judged that was never sampled': ({ stored }) => ({
      stored: {
        ...stored,
        judgements: [
          ...stored.judgements,
          { ...(stored.judgements[0] as (typeof stored.judgements)[number]), name: 'chat#x@1#y z' },
        ],
      },
    }),
    'a judgement never ended': ({ stored }) => ({
      stored: {
        ...stored,
        judgements: stored.judgements.map((each, index) =>
          index === 0 ? { ...each, state: 'waiting' } : each,
        ),
      },
    }),
    'an error became a score': ({ stored }) => ({
      stored: {
        ...stored,
        judgements: stored.judgements.map((each) =>
          each.state === 'unjudgeable' ? { ...each, state: 'judged', score: 1 } : each,
        ),
      },
    }),
    'the DLQ lost its message': ({ stored }) => ({ stored: { ...stored, buried: [] } }),
    'a malformed message was not rejected': ({ stored }) => ({
      stored: {
        ...stored,
        rejected: stored.rejected.filter(({ messageId }) => messageId !== stored.rejected[0]?.messageId),
      },
    }),
    'a good message was rejected': ({ sent, stored }) => ({
      stored: {
        ...stored,
        rejected: [
          ...stored.rejected,
          {
            messageId: sent.find(({ expectation }) => expectation.kind === 'counted')?.messageId ?? '',
            kind: 'invalid-field',
            reason: 'none',
          },
        ],
      },
    }),
    'it was rejected as something else': ({ stored }) => ({
      stored: { ...stored, rejected: stored.rejected.map((each) => ({ ...each, kind: 'encrypted' })) },
    }),
    'a record was not counted': ({ stored }) => ({
      stored: {
        ...stored,
        counters: new Map(
          [...stored.counters].map(([slot, counters]) => [
            slot,
            { ...counters, n: (counters.n ?? 0) - 1_000 },
          ]),
        ),
      },
    }),
    'records were counted twice and no redelivery explains it': ({ observed }) => ({
      observed: { ...observed, redeliveries: {} },
    }),
    'a judge was paid twice and no death explains it': ({ observed }) => ({
      observed: {
        ...observed,
        kills: [],
        refusedVerdicts: {},
        returnedLeases: {},
        paid: observed.paid.flatMap((call) => [call, call]),
      },
    }),
    'a judge was paid after its verdict was stored': ({ observed }) => ({
      observed: {
        ...observed,
        paid: observed.paid.map((call) => ({ ...call, askedAt: call.askedAt + 1e9 })),
      },
    }),
    'a roll-up misses a verdict': ({ stored }) => ({
      stored: { ...stored, rollups: { ...stored.rollups, chat: new Map() } },
    }),
    'messages are left in a queue': ({ stored }) => ({
      stored: { ...stored, left: { ...stored.left, ResponseDlq: 1 } },
    }),
    'more was spent than is noted': ({ stored }) => ({ stored: { ...stored, spentUsd: 0 } }),
    'a surface was left out by tick after tick': ({ observed }) => ({
      observed: { ...observed, evaluated: { ...observed.evaluated, search: [] } },
    }),
    'cohorts without end are counted by name': ({ stored }) => ({
      stored: {
        ...stored,
        counters: new Map([
          ...stored.counters,
          ...Array.from({ length: mostCohorts + 3 }, (_, nth): [string, Record<string, number>] => [
            slotOf(surfaceOfNames, 0, `c-${nth}`),
            {},
          ]),
        ]),
      },
    }),
    'the last tick was not published': ({ stored }) => ({ stored: { ...stored, heartbeat: undefined } }),
  };

  it.each(Object.entries(ruined))('%s', (_, change) => {
    expect(balanceWith(change).violations.length).toBeGreaterThan(0);
  });
});

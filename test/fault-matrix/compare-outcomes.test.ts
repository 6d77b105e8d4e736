import { describe, expect, it } from 'vitest';
import { compareOutcomes } from './compare-outcomes.ts';
import type { Outcome } from './outcome.ts';

const clean: Outcome = {
  counters: { 'chat c n': 10, 'chat c err': 2 },
  zoomed: [],
  judgements: { 'chat r1': 'judged 5', 'chat r2': 'shed' },
  rejected: ['{'],
  dlq: ['r3'],
  waiting: 0,
  ratings: ['r1#ann 5'],
  calibrations: ['chat#helpfulness@1#f 2 abc'],
  batches: ['b'],
  reports: ['reports/b.csv.json'],
  transitions: [{ id: 'a#1', what: 'chat/x page ALARM', minute: 5, times: 1 }],
  notices: { n: 1 },
  spentUsd: 1,
  trueUsd: 1,
  judgeCalls: 4,
  asked: 4,
  crashes: { judge: 0 },
  days: [],
  gauges: 20,
  heartbeats: 60,
  seen: {},
  met: 0,
  alarms: { right: { 'chat-x-page': 'ALARM' }, cleared: { 'chat-x-page': 'OK' } },
  rang: [{ alarm: 'chat-x-page', minute: 5 }],
};

const lostBy = (change: Partial<Outcome>) => compareOutcomes(clean, { ...clean, ...change }).lost;

describe('a run under a fault against one without', () => {
  it('that left the same has no consequences', () => {
    expect(compareOutcomes(clean, clean)).toEqual({ told: [], lost: [], doubled: [], late: [] });
  });

  it('that sampled at the usual rate is told, and lost nothing of the usual sample', () => {
    const zoomed: Outcome = {
      ...clean,
      counters: { ...clean.counters, 'chat c sampled': 2, 'chat c less:sampled': 0.8 },
      zoomed: ['chat r2'],
    };
    const { 'chat r1': usual = '' } = clean.judgements;
    const faulty = {
      ...zoomed,
      counters: { ...zoomed.counters, 'chat c sampled': 1, 'chat c less:sampled': 0 },
      judgements: { 'chat r1': usual },
    };
    const told = ['1 fewer judged than zoomed: the usual sample'];
    expect(compareOutcomes(zoomed, faulty)).toMatchObject({ told, lost: [] });
    expect(compareOutcomes({ ...zoomed, zoomed: [] }, faulty).lost).toHaveLength(3);
  });

  it('that sampled more for longer is told, and paid for nothing twice', () => {
    const more = {
      judgements: { ...clean.judgements, 'chat r4': 'judged 2' },
      zoomed: ['chat r4'],
      judgeCalls: 6,
      trueUsd: 1.2,
      spentUsd: 1.2,
      asked: 6,
    };
    expect(compareOutcomes(clean, { ...clean, ...more })).toEqual({
      told: ['1 more judged: zoomed for longer'],
      lost: [],
      doubled: [],
      late: [],
    });
    const paidAgain = compareOutcomes(clean, { ...clean, ...more, judgeCalls: 7 }).doubled;
    expect(paidAgain).toEqual(['judge paid 1 times more ($0.2000)']);
  });

  it.each<[string, Partial<Outcome>]>([
    ['a record that was not counted', { counters: { 'chat c n': 9, 'chat c err': 2 } }],
    ['an end that is another', { judgements: { ...clean.judgements, 'chat r1': 'dlq' } }],
    ['a message that waits for ever', { waiting: 1 }],
    ['a rejection that is nowhere', { rejected: [] }],
    ['a burial that is nowhere', { dlq: [] }],
    ['a rating', { ratings: [] }],
    ['a rating that nobody gave', { ratings: [...clean.ratings, 'r9#ann 1'] }],
    ['a calibration of other ratings', { calibrations: ['chat#helpfulness@1#f 2 abd'] }],
    ['a batch', { batches: [] }],
    ['a report', { reports: [] }],
    ['an announcement', { transitions: [] }],
    ['a notice', { notices: {} }],
    ['money that was not noted', { trueUsd: 1.1 }],
    ['a day that its sources do not say', { days: ['chat 2026-11-10 * n'] }],
    ['an alarm that is silent', { alarms: { right: {}, cleared: { 'chat-x-page': 'OK' } } }],
    [
      'an alarm that stays',
      { alarms: { right: clean.alarms?.right ?? {}, cleared: { 'chat-x-page': 'ALARM' } } },
    ],
  ])('tells of %s', (_, change) => {
    expect(lostBy(change)).not.toEqual([]);
  });

  it('tells a second telling by its id from one under another id', () => {
    const again = { id: 'a#1', what: 'chat/x page ALARM', minute: 5, times: 3 };
    const told = compareOutcomes(clean, { ...clean, transitions: [again], notices: { n: 2 } });
    expect(told.lost).toEqual([]);
    expect(told.doubled).toHaveLength(2);
    expect(lostBy({ transitions: [...clean.transitions, { ...again, id: 'a#2' }] })).toHaveLength(1);
  });

  it('takes a count that is too high, a call that was paid twice and what came late for no loss', () => {
    const { lost, doubled, late, told } = compareOutcomes(clean, {
      ...clean,
      counters: { 'chat c n': 12, 'chat c err': 2, 'chat c redelivered': 2 },
      judgeCalls: 5,
      trueUsd: 1.1,
      spentUsd: 1.2,
      transitions: [{ id: 'a#3', what: 'chat/x page ALARM', minute: 61, times: 1 }],
      rang: [
        { alarm: 'chat-x-page', minute: 61 },
        { alarm: 'assay-test-operations-judge-crashes', minute: 20 },
      ],
      crashes: { judge: 7 },
      gauges: 18,
    });
    expect(lost).toEqual([]);
    expect(doubled).toEqual([
      'counted chat c 12 for 10 (2 told as redelivered)',
      'judge paid 1 times more ($0.1000)',
    ]);
    expect(late).toHaveLength(3);
    expect(told).toEqual(['judge-crashes', '7 failed runs of the judge']);
  });
});

import { describe, expect, it } from 'vitest';
import { parseRecord } from '#core/record/parse-record.ts';
import type { ResponseRecord } from '#core/record/response-record.ts';
import { fieldOf, fields } from '#core/slo/definition/field.ts';
import { type Sli, sliSchema } from '#core/slo/definition/sli.ts';
import {
  countsOf,
  describeEvents,
  describeSli,
  expectedEventsPerDay,
  isGoodEvent,
  isSliced,
  mayHaveNoEvents,
  type SliKind,
  takesSetting,
  unitOf,
} from '#core/slo/definition/sli-kinds.ts';

const samples: { readonly [Kind in SliKind]: Extract<Sli, { kind: Kind }> } = {
  'judge-pass': { kind: 'judge-pass' },
  'human-pass': { kind: 'human-pass' },
  accepted: { kind: 'accepted' },
  field: { kind: 'field', field: 'costUsd', atMost: 0.045 },
  success: { kind: 'success' },
  'provider-success': { kind: 'provider-success' },
  'refusal-change': { kind: 'refusal-change', within: 0.015 },
  'quantile-change': { kind: 'quantile-change', field: 'totalMs', quantile: 0.99, times: 1.5 },
  'mean-change': { kind: 'mean-change', field: 'costUsd', within: 0.25, days: 28 },
  'median-multiple': { kind: 'median-multiple', field: 'costUsd', times: 5 },
};
const kinds = Object.keys(samples) as SliKind[];
const withKind = (wanted: (sli: Sli) => boolean) => kinds.filter((kind) => wanted(samples[kind]));

function record(given: object): ResponseRecord {
  const at = '2026-11-03T09:00:00Z';
  const body = JSON.stringify({ id: 'r1', at, surface: 'chat', status: 'success', ...given });
  const parsed = parseRecord(body, Date.parse(at));
  if (parsed.kind !== 'response') throw new Error(`no response: ${JSON.stringify(parsed)}`);
  return parsed.record;
}

describe('kinds of SLI', () => {
  it('every kind of the schema has a row that describes it in words of its own', () => {
    expect(sliSchema.options.map(({ shape }) => shape.kind.value).toSorted()).toEqual(kinds.toSorted());
    expect(new Set(kinds.map((kind) => describeSli(samples[kind]))).size).toBe(kinds.length);
    expect(describeSli(samples.field)).toBe('share of responses whose cost is at most $0.045');
    expect(describeEvents(samples['judge-pass'])).toBe('judged responses');
    expect(describeEvents(samples['provider-success'])).toBe('attempts');
  });

  it('what is counted in every slice is what records or verdicts make', () => {
    expect(withKind(isSliced)).toEqual(['judge-pass', 'accepted', 'field', 'success']);
    expect(withKind((sli) => countsOf(sli) === 'change')).toEqual([
      'refusal-change',
      'quantile-change',
      'mean-change',
    ]);
  });

  it('settings of a surface mean something to the kinds that take them', () => {
    expect(withKind((sli) => takesSetting(sli, 'rubric'))).toEqual(['judge-pass', 'human-pass']);
    expect(withKind((sli) => takesSetting(sli, 'bound'))).toEqual(['field']);
    expect(withKind((sli) => takesSetting(sli, 'feedback'))).toEqual(['accepted']);
  });

  it('a failed response is a bad outcome, no event of accepted ones, and none of a field that it lacks', () => {
    const failed = record({ status: 'error' });
    expect(isGoodEvent(samples.success, failed)).toBe(false);
    expect(isGoodEvent(samples.accepted, failed)).toBeUndefined();
    expect(isGoodEvent(samples.field, failed)).toBeUndefined();
    expect(isGoodEvent(samples['judge-pass'], failed)).toBeUndefined();
  });

  it('a field is good within its bounds, both ends included', () => {
    const costing = (costUsd: number) => isGoodEvent(samples.field, record({ usage: { costUsd } }));
    expect([costing(0), costing(0.045), costing(0.0451)]).toEqual([true, true, false]);
    const fast: Sli = { kind: 'field', field: 'tokensPerSecond', atLeast: 50 };
    const at = (outputTokens: number) =>
      isGoodEvent(fast, record({ usage: { outputTokens }, timing: { ttftMs: 1_000, totalMs: 3_000 } }));
    expect([at(1), at(100), at(101)]).toEqual([undefined, false, true]);
  });

  it('traffic lets expect judged ones by the sample rate, all others as they come, and says nothing of ratings', () => {
    const traffic = { expectedPerDay: 1_000, sampleRate: 0.05 };
    const expected = (sli: Sli) => expectedEventsPerDay({ sli }, traffic);
    expect(expected(samples['judge-pass'])).toBe(50);
    expect(expected(samples.success)).toBe(1_000);
    expect(expected(samples['human-pass'])).toBeUndefined();
    expect(expected(samples['provider-success'])).toBeUndefined();
    expect(expected({ kind: 'field', field: 'failoverMs', atMost: 500 })).toBeUndefined();
  });

  it('without a failover there is none to time, and that is no gap', () => {
    expect(mayHaveNoEvents({ kind: 'field', field: 'failoverMs', atMost: 500 })).toBe(true);
    expect(withKind(mayHaveNoEvents)).toEqual([]);
  });

  it('kinds of change of a quantity are written in its unit, every other as a share', () => {
    expect(withKind((sli) => unitOf({ sli }) !== 'share')).toEqual(['quantile-change', 'mean-change']);
    expect(unitOf({ sli: samples['mean-change'] })).toBe('usd');
    expect(unitOf({ sli: samples['quantile-change'] })).toBe('ms');
  });

  it('every field is read of a record that has it', () => {
    const full = record({
      usage: { outputTokens: 201, costUsd: 0.01 },
      timing: { ttftMs: 500, totalMs: 2_500, turnsMs: [300, 900] },
      attempts: [
        { provider: 'a', status: 'error', ms: 700 },
        { provider: 'b', status: 'success', ms: 900 },
      ],
    });
    expect(fields.map((field) => fieldOf(full, field))).toEqual([500, 2_500, 900, 100, 0.01, 700]);
    expect(fields.map((field) => fieldOf(record({}), field))).toEqual(fields.map(() => undefined));
  });
});

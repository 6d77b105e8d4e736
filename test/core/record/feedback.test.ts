import { describe, expect, it } from 'vitest';
import { timeBounds } from '#core/record/rejection.ts';
import { accepted, type Json, rejected, secret, sentAt } from '../../support/parsed-records.ts';

const { behind } = timeBounds;
const iso = (at: number) => new Date(at).toISOString();

describe('a feedback record', () => {
  const feedback = (overrides: Json = {}): Json => ({
    kind: 'feedback',
    id: 'resp-1',
    at: iso(sentAt),
    responseAt: iso(sentAt - 600_000),
    surface: 'chat',
    cohort: 'eu',
    accepted: false,
    reason: 'thumbs-down',
    ...overrides,
  });

  it('counts at the time of its response', () => {
    expect(accepted(feedback({ note: 'kept' }))).toEqual({
      kind: 'feedback',
      at: sentAt - 600_000,
      record: feedback({ note: 'kept' }),
    });
  });

  it.each([['regenerated'], ['abandoned'], ['handed-off'], ['thumbs-down']])(
    'knows the reason %s',
    (reason) => {
      expect(accepted(feedback({ reason })).kind).toBe('feedback');
    },
  );

  it.each<[string, Json, string]>([
    [
      'without its response time',
      { responseAt: undefined },
      '"responseAt" of a feedback record: wanted an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z, got nothing',
    ],
    [
      'that does not say whether it was accepted',
      { accepted: undefined },
      '"accepted" of a feedback record: wanted true or false, got nothing',
    ],
    [
      'of a response too long ago',
      { responseAt: iso(sentAt - behind - 1) },
      'Wanted "responseAt" at most 15 minutes after',
    ],
  ])('%s is rejected with its field', (_, overrides, words) => {
    expect(rejected(feedback(overrides)).reason).toContain(words);
  });

  it.each<[string, Json, Json, string | undefined]>([
    ['another reason', { reason: secret }, { reason: undefined }, 'reason'],
    ['no time of its own', { at: undefined }, { at: undefined }, undefined],
    ['a time of its own that is none', { at: 'soon' }, { at: undefined }, 'at'],
    [
      'nulls',
      { reason: null, cohort: null, release: '' },
      { reason: undefined, cohort: undefined },
      undefined,
    ],
    ['a cohort that keys cannot hold', { cohort: 'a#b' }, { cohort: undefined }, 'cohort'],
    ['a number as id', { id: 7 }, { id: '7' }, undefined],
    [
      'a small zone',
      { responseAt: '2026-11-03 09:50:00+01' },
      { responseAt: iso(sentAt - 600_000) },
      undefined,
    ],
  ])('with %s counts', (_, overrides, read, unusable) => {
    const parsed = accepted(feedback(overrides));
    expect(parsed).toEqual({ ...parsed, kind: 'feedback', at: sentAt - 600_000 });
    expect(parsed.record).toEqual({ ...feedback(overrides), release: undefined, ...read });
    expect(parsed.unusable).toEqual(unusable === undefined ? undefined : [unusable]);
  });

  it('is about the response of a long id as the record of that id is', () => {
    const id = 'resp_'.padEnd(300, 'x');
    const response = accepted({ id, at: iso(sentAt), surface: 'chat', status: 'success' });
    expect(accepted(feedback({ id })).record.id).toBe(response.record.id);
  });
});

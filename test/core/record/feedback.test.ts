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
      '"responseAt" of a feedback record: wanted a string, got nothing',
    ],
    [
      'with another reason',
      { reason: secret },
      '"reason" of a feedback record: wanted "regenerated" or "abandoned" or "handed-off" or "thumbs-down"',
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
});

import { describe, expect, it } from 'vitest';
import { day, minute } from '#core/time.ts';
import { tickLengthOf } from '#local/replay/replay.ts';

const from = Date.parse('2026-11-01T00:00:00.000Z');
const lasting = (ms: number) => [from, from + ms].map((at) => ({ at, body: '{}', surface: undefined }));

describe('the ticks of a replay, where nobody says', () => {
  it.each([
    [0, 5],
    [2 * day, 5],
    [2 * day + 1, 15],
    [4 * day, 15],
    [4 * day + 1, 30],
    [99 * day, 30],
  ])('of records over %i ms are %i minutes apart', (span, minutes) => {
    expect(tickLengthOf(lasting(span))).toBe(minutes * minute);
  });

  it('are close of no record', () => {
    expect(tickLengthOf([])).toBe(5 * minute);
  });
});

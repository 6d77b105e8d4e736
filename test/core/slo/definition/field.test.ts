import { describe, expect, it } from 'vitest';
import { responseRecordSchema } from '#core/record/response-record.ts';
import { fieldOf } from '#core/slo/definition/field.ts';
import { responseRecord } from '#test/support/records.ts';

const withTurns = (turnsMs: readonly number[]) =>
  responseRecordSchema.parse(responseRecord('r', 0, { timing: { turnsMs } }));

describe('the longest turn', () => {
  it.each([
    ['none', [], undefined],
    ['one of nothing', [0], 0],
    ['three', [3, 900, 12], 900],
  ])('of %s', (_, turns, longest) => {
    expect(fieldOf(withTurns(turns), 'longestTurnMs')).toBe(longest);
  });

  it('is found among more turns than a call takes as arguments', () => {
    const turns = Array.from({ length: 300_000 }, (_, index) => index % 7_919);
    expect(fieldOf(withTurns(turns), 'longestTurnMs')).toBe(7_918);
  });
});

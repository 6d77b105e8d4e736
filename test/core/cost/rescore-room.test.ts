import { describe, expect, it } from 'vitest';
import { rescoreRoom } from '#core/cost/rescore-room.ts';
import type { Spending } from '#core/series/control.ts';

const today = '2026-11-10';
const roomOf = (days: Readonly<Record<string, Partial<Spending>>>, capUsd = 20) => {
  const spending = Object.entries(days).map(([day, own]): [string, Spending] => [
    day,
    { spentUsd: 0, shed: 0, ...own },
  ]);
  return rescoreRoom(new Map(spending), today, capUsd);
};

describe('what rescoring may spend on a day', () => {
  it('is half of the cap, less what it spent already', () => {
    expect(roomOf({})).toEqual({ roomUsd: 10, shareUsd: 10, spentUsd: 0, keptUsd: 0 });
    expect(roomOf({ [today]: { spentUsd: 4, rescoredUsd: 4 } }).roomUsd).toBe(6);
    expect(roomOf({ [today]: { spentUsd: 12, rescoredUsd: 11 } }).roomUsd).toBe(0);
  });

  it('leaves what the dearest of the last seven days took for what still comes in', () => {
    const days = { '2026-11-01': { spentUsd: 19 }, '2026-11-08': { spentUsd: 15, rescoredUsd: 3 } };
    const full = Object.fromEntries(
      ['2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06', '2026-11-07', '2026-11-09'].map((day) => [
        day,
        { spentUsd: 5 },
      ]),
    );
    expect(roomOf({ ...full, ...days })).toMatchObject({ keptUsd: 12, roomUsd: 8 });
    expect(roomOf({ ...full, ...days, [today]: { spentUsd: 7, rescoredUsd: 2 } })).toMatchObject({
      keptUsd: 7,
      roomUsd: 6,
    });
    expect(roomOf({ '2026-11-09': { spentUsd: 30 } }).roomUsd).toBe(0);
  });
});

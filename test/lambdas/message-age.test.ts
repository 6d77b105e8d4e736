import { describe, expect, it } from 'vitest';
import { hour } from '#core/time.ts';
import { hasOutlived } from '#lambdas/judge/message-age.ts';

const at = Date.UTC(2026, 10, 3, 9, 30);
const task = { at: new Date(at).toISOString(), repeat: 0 };

/** Of a message that was sent `sent` hours after its response, looked at `now` hours after it, with the last tick then. */
const look = (now: number, { sent = 0, tick = now as number | 'none', repeat = 0 } = {}) =>
  hasOutlived(
    { ...task, repeat },
    {
      sentAt: at + sent * hour,
      now: at + now * hour,
      readLastTick: async () => (tick === 'none' ? undefined : at + tick * hour),
    },
  );

describe('a judgement whose message waited for the judge', () => {
  it.each([
    ['is judged while its hour is open', 72.4, {}, false],
    ['has outlived its hour once that froze', 72.5, {}, true],
    ['is judged where evaluation has not come so far: nothing froze', 100, { tick: 72 }, false],
    ['is judged before the first tick', 100, { tick: 'none' }, false],
    ['is judged where it was sent late: it has not waited', 140, { sent: 80 }, false],
    ['has outlived where it was sent late and waited too', 152, { sent: 80 }, true],
    [
      'is judged where it compares the judge with itself and has not waited',
      1_000,
      { repeat: 3, sent: 990 },
      false,
    ],
    [
      'has outlived where it compares the judge with itself and waited as long',
      1_000,
      { repeat: 3, sent: 928 },
      true,
    ],
  ] as const)('%s', async (_, now, options, expected) => {
    expect(await look(now, options)).toBe(expected);
  });

  it('asks for the tick only of those that waited as long', async () => {
    let asked = 0;
    const readLastTick = async () => {
      asked += 1;
      return at;
    };
    await hasOutlived(task, { sentAt: at, now: at + 71 * hour, readLastTick });
    expect(asked).toBe(0);
    await hasOutlived(task, { sentAt: at, now: at + 73 * hour, readLastTick });
    expect(asked).toBe(1);
  });
});

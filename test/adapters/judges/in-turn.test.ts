import { describe, expect, it } from 'vitest';
import { inTurn } from '#adapters/judges/in-turn.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { testJudge } from '#test/support/judges.ts';

const answer: JudgeAnswer = { kind: 'refused', reason: 'no', paid: { usage: undefined, characters: 0 } };
const callOf = (judge: JudgeCall['judge'], timeoutMs = 1_000) => ({ judge, timeoutMs }) as JudgeCall;

/** A judge whose calls end when they are told to. */
function slowJudge() {
  const ends: (() => void)[] = [];
  const asked: number[] = [];
  const ask = (call: JudgeCall) => {
    asked.push(call.timeoutMs);
    return new Promise<JudgeAnswer>((resolve) => ends.push(() => resolve(answer)));
  };
  return { ask, asked, end: () => ends.shift()?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('calls of a judge', () => {
  it('are as many at once as its concurrency says, of each judge by itself, in the order they came', async () => {
    const { ask, asked, end } = slowJudge();
    let clock = 0;
    const call = inTurn(ask, () => clock);
    const judge = testJudge('m', { concurrency: 2 });
    const all = [1_000, 1_001, 1_002, 1_003].map((ms) => call(callOf(judge, ms)));
    const other = call(callOf(testJudge('other', { concurrency: 1 }), 7));
    const free = call(callOf(testJudge('free'), 8));
    await settled();
    expect(asked).toEqual([1_000, 1_001, 8]);
    expect((await other).kind).toBe('error');
    clock = 500;
    end();
    await settled();
    expect(asked).toEqual([1_000, 1_001, 8, 502]);
    clock = 900;
    end();
    // The fourth has no time left: it asks nobody, and gives its place on.
    expect(await all[3]).toMatchObject({ kind: 'error', error: { kind: 'retryable' } });
    end();
    end();
    await Promise.all([...all, free]);
    const later = call(callOf(judge));
    const beside = call(callOf(judge));
    await settled();
    expect(asked.slice(4)).toEqual([1_000, 1_000]);
    end();
    end();
    expect(await Promise.all([later, beside])).toEqual([answer, answer]);
  });
});

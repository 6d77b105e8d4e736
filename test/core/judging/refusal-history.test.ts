import { describe, expect, it } from 'vitest';
import { mostRefusals, settleRefusal, type TextRefusals } from '#core/judging/refusal-history.ts';
import { day, minute, second } from '#core/time.ts';

const now = 1_000_000 * minute;
const mine = 'mine';
const other = (at: number) => ({ text: 'other', at });
const text = (count: number, firstAt: number, proven: boolean) => ({
  kind: 'text',
  refusals: { count, firstAt },
  proven,
});
const everybody = { kind: 'everybody' };
const undecided = { kind: 'undecided' };

describe('a refusal that says nothing of whose fault it is', () => {
  const settle = (before: object, earlier?: TextRefusals) =>
    settleRefusal('refused', mine, earlier, before, now);

  it("is everybody's while nothing has got through", () => {
    expect(settle({})).toEqual(everybody);
    expect(settle({ refused: other(now - second) })).toEqual(everybody);
    expect(settle({ passedAt: now - 2 * day })).toEqual(everybody);
  });

  it("is everybody's once another text was refused since the last that got through", () => {
    expect(settle({ passedAt: now - 2 * second, refused: other(now - second) })).toEqual(everybody);
    const earlier = { count: 4, firstAt: now - minute };
    expect(settle({ passedAt: now - 2 * second, refused: other(now - second) }, earlier)).toEqual(everybody);
  });

  it("is the text's where others were judged beside it", () => {
    expect(settle({ passedAt: now - second })).toEqual(text(1, now, false));
    expect(settle({ passedAt: now - second, refused: other(now - 2 * second) })).toEqual(text(1, now, false));
    // It has been refused before; nobody else was.
    expect(settle({ passedAt: now - 2 * second, refused: { text: mine, at: now - second } })).toEqual(
      text(1, now, false),
    );
  });

  it('counts from the first, and is proven by one that was judged since then', () => {
    const earlier = { count: 3, firstAt: now - minute };
    expect(settle({ passedAt: now - minute - second }, earlier)).toEqual(text(4, now - minute, false));
    expect(settle({ passedAt: now - second }, earlier)).toEqual(text(4, now - minute, true));
  });

  it('is undecided where the last that was judged is long ago: the judge may refuse them all by now', () => {
    expect(settle({ passedAt: now - 2 * minute })).toEqual(undecided);
    const earlier = { count: 1, firstAt: now - 5 * minute };
    expect(settle({ passedAt: now - 7 * minute }, earlier)).toEqual(undecided);
    expect(settle({ passedAt: now - 4 * minute }, earlier)).toEqual(text(2, now - 5 * minute, true));
  });
});

describe('an answer that came and was none', () => {
  const settle = (before: object) => settleRefusal('failed', mine, undefined, before, now);

  it("is never everybody's: its tries end by themselves", () => {
    for (const before of [
      {},
      { passedAt: now - 2 * day },
      { passedAt: now - 2 * second, refused: other(now - second) },
      { passedAt: now - 2 * second, failed: other(now - second) },
    ])
      expect(settle(before)).toEqual(undecided);
  });

  it("is the text's where others were judged beside it", () => {
    expect(settle({ passedAt: now - second })).toEqual(text(1, now, false));
  });

  it('of others says nothing about an unknown refusal', () => {
    const before = { passedAt: now - 2 * second, failed: other(now - second) };
    expect(settleRefusal('refused', mine, undefined, before, now)).toEqual(text(1, now, false));
  });
});

describe('histories as they go', () => {
  /** Plays tries of texts in order, a second apart; `ok` texts are taken. Each text's last settlement. */
  function play(tries: readonly string[], isTaken: (name: string, nth: number) => boolean) {
    let history: Parameters<typeof settleRefusal>[3] = {};
    const refusals = new Map<string, TextRefusals>();
    const ends = new Map<string, string>();
    for (const [nth, name] of tries.entries()) {
      const at = now + nth * second;
      if (isTaken(name, nth)) {
        history = { ...history, passedAt: at };
        ends.set(name, 'judged');
        continue;
      }
      const settled = settleRefusal('refused', name, refusals.get(name), history, at);
      if (settled.kind !== 'text' || !settled.proven) history = { ...history, refused: { text: name, at } };
      if (settled.kind === 'text') refusals.set(name, settled.refusals);
      const isEnded = settled.kind === 'text' && settled.refusals.count >= mostRefusals;
      ends.set(name, isEnded ? 'unjudgeable' : settled.kind);
    }
    return Object.fromEntries(ends);
  }
  const times = (count: number, ...names: string[]) => Array.from({ length: count }, () => names).flat();

  it('one text is refused while others pass: it ends, the others are judged', () => {
    expect(play(times(6, 'odd', 'well'), (name) => name === 'well')).toEqual({
      odd: 'unjudgeable',
      well: 'judged',
    });
    expect(play(['well', ...times(5, 'odd')], (name) => name === 'well').odd).toBe('unjudgeable');
  });

  it('two texts are refused while others pass: both end', () => {
    const ends = play(['well', ...times(8, 'odd', 'strange', 'well')], (name) => name === 'well');
    expect(ends).toEqual({ odd: 'unjudgeable', strange: 'unjudgeable', well: 'judged' });
  });

  it('all texts are refused from the beginning: all are kept', () => {
    expect(play(times(9, 'a', 'b', 'c'), () => false)).toEqual({
      a: 'everybody',
      b: 'everybody',
      c: 'everybody',
    });
  });

  it('all texts are refused from some moment on: all are kept', () => {
    const ends = play([...times(3, 'well'), ...times(9, 'a', 'b', 'c')], (name) => name === 'well');
    expect(ends).toMatchObject({ a: 'everybody', b: 'everybody', c: 'everybody' });
  });

  it('all texts are refused for a while, one of them for good: that one ends, the others are judged', () => {
    const tries = ['well', ...times(9, 'a', 'odd', 'b', 'well')];
    expect(play(tries, (name, nth) => name !== 'odd' && (nth === 0 || nth > 12))).toEqual({
      a: 'judged',
      b: 'judged',
      well: 'judged',
      odd: 'unjudgeable',
    });
  });
});

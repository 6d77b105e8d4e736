import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '#adapters/dynamodb/surface-states.ts';
import { boundOutbox, deliver, type WaitingTransition } from '#lambdas/slo-evaluator/outbox.ts';

const transition = (slo: string, severity: string, nth: number): OutboxEntry => ({
  id: `${slo}#${severity}#${nth}`,
  of: 'transition',
  content: { surface: 'chat', slo, severity, to: nth % 2 === 0 ? 'ALARM' : 'OK' },
});
const notice = (nth: number): OutboxEntry => ({ id: `notice#${nth}`, of: 'notice', content: {} });

describe('what waits to be announced', () => {
  it('is all kept while there is room', () => {
    const entries = [transition('a', 'page', 0), notice(1), transition('a', 'page', 2)];
    expect(boundOutbox(entries, 3)).toEqual({ kept: entries, givenUp: 0 });
  });

  it('gives up what a newer word on the same alarm has overtaken, the oldest first', () => {
    const entries = [
      transition('a', 'page', 0),
      transition('b', 'page', 1),
      notice(2),
      transition('a', 'page', 3),
      transition('a', 'ticket', 4),
      transition('a', 'page', 5),
    ];
    const { kept, givenUp } = boundOutbox(entries, 5);
    expect([kept.map(({ id }) => id), givenUp]).toEqual([
      ['b#page#1', 'notice#2', 'a#page#3', 'a#ticket#4', 'a#page#5'],
      1,
    ]);
  });

  it('keeps its order, its bound and the newest word on every alarm that has room', () => {
    const entry = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('page', 'ticket')),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 8, max: 40 }), (made, most) => {
        const entries = made.map((each, nth) =>
          each === undefined ? notice(nth) : transition(each[0], each[1], nth),
        );
        const { kept, givenUp } = boundOutbox(entries, most);
        expect(kept.length + givenUp).toBe(entries.length);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(entries.filter((each) => kept.includes(each))).toEqual(kept);
        expect(kept.at(-1)).toBe(entries.at(-1));
      }),
    );
  });
});

describe('what had to wait for a bus', () => {
  it('is told with what has overtaken it, so that nobody acts on an alarm that is over', async () => {
    const told: WaitingTransition[] = [];
    const announce = async (transitions: readonly WaitingTransition[]) => {
      told.push(...transitions);
      return new Set(transitions.map(({ id }) => id));
    };
    const entries = [
      transition('a', 'rollback', 0),
      transition('b', 'rollback', 0),
      notice(1),
      transition('a', 'rollback', 1),
      transition('a', 'page', 2),
    ];
    const { left } = await deliver({ announce, notify: async () => undefined }, entries);
    expect(left).toEqual([]);
    expect(told.map(({ id, overtaken }) => [id, overtaken])).toEqual([
      ['a#rollback#0', true],
      ['b#rollback#0', undefined],
      ['a#rollback#1', undefined],
      ['a#page#2', undefined],
    ]);
  });
});

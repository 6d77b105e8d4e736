import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgementKey, judgementName, judgementPartition, responseIdOf } from '#core/judging/judgement.ts';
import { label } from '#core/record/response-record.ts';

const task = {
  responseId: 'resp-1',
  at: '2026-11-03T09:59:59.999Z',
  surface: 'chat',
  rubric: { id: 'helpfulness', version: 2 },
  fingerprint: '0123456789ab',
  repeat: 0,
};

const anyLabel = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 200 })
  .filter((text) => label.safeParse(text).success);

describe('the key of a judgement', () => {
  it('puts an hour of one surface and rubric version into one partition', () => {
    expect(judgementKey(task)).toEqual({
      pk: 'judgement#chat#helpfulness@2#2026-11-03T09',
      sk: 'resp-1#0123456789ab#0',
    });
    expect(judgementKey(task).pk).toBe(judgementPartition('chat', task.rubric, '2026-11-03T09'));
  });

  it.each([
    ['another response', { responseId: 'resp-2' }],
    ['another hour', { at: '2026-11-03T10:00:00.000Z' }],
    ['another surface', { surface: 'search' }],
    ['another rubric', { rubric: { id: 'helpfulness', version: 3 } }],
    ['another judge', { fingerprint: 'ba9876543210' }],
    ['another repeat', { repeat: 1 }],
  ])('differs for %s', (_, change) => {
    expect(judgementKey({ ...task, ...change })).not.toEqual(judgementKey(task));
  });

  it("stays within DynamoDB's limits for any label", () => {
    fc.assert(
      fc.property(anyLabel, anyLabel, (responseId, surface) => {
        const { pk, sk } = judgementKey({ ...task, responseId, surface });
        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2_048);
        expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
      }),
    );
  });
});

describe('the name of a judgement, which the judge call carries in a header', () => {
  it('is visible ASCII of at most 512 characters for any label: the provider refuses the call for more', () => {
    fc.assert(
      fc.property(anyLabel, anyLabel, (responseId, surface) => {
        expect(judgementName({ ...task, responseId, surface })).toMatch(/^[\x21-\x7e]{1,512}$/);
      }),
    );
    expect(judgementName({ ...task, responseId: '界'.repeat(200), surface: '界'.repeat(200) })).toMatch(
      /^[\x21-\x7e]{1,512}$/,
    );
  });

  it("tells the response's id, also where the surface's name is long", () => {
    for (const change of [{}, { responseId: 'répönse 1/2?' }, { surface: '界'.repeat(100) }])
      expect(responseIdOf(judgementName({ ...task, ...change }))).toBe({ ...task, ...change }.responseId);
  });

  it('is another for each judgement, however long', () => {
    const long = { ...task, responseId: '界'.repeat(200) };
    const names = [task, long, { ...long, repeat: 1 }, { ...long, surface: 'search' }].map(judgementName);
    expect(new Set(names).size).toBe(4);
  });

  it('of somebody else is no name, and no fault', () => {
    expect(responseIdOf('%')).toBeUndefined();
    expect(responseIdOf('')).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '#core/record/parse-record.ts';
import { rejectionKinds } from '#core/record/rejection.ts';
import { responseRecordSchema } from '#core/record/response-record.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import {
  accepted,
  type Json,
  litellmPayload,
  ourRecord,
  parse,
  sentAt,
} from '../../support/parsed-records.ts';

/** Any JSON value, with names and values that matter to the parser among the random ones. */
const word = fc.constantFrom(
  'success',
  'failure',
  'error',
  'feedback',
  '2026-11-03T09:00:00Z',
  'redacted-by-litellm',
  '',
  '#',
  '\ud800',
);
const { tree: anyJson } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        word,
        fc.string(),
        fc.constantFrom('__proto__', 'constructor', 'toString', 'content', 'role', 'choices', 'message'),
      ),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
}));

/** A record of which any keys are replaced by anything. */
const spoilt = (whole: Json) =>
  fc
    .record(Object.fromEntries(Object.keys(whole).map((key) => [key, anyJson])), { requiredKeys: [] })
    .map((overrides) => ({ ...whole, ...overrides }));

describe('parseRecord', () => {
  it('never throws on any string, and says why it rejects it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (body) => {
        const parsed = parseRecord(body, sentAt);
        expect(parsed.kind).toBe('rejected');
        if (parsed.kind !== 'rejected') return;
        expect(rejectionKinds).toContain(parsed.rejection.kind);
        expect(parsed.rejection.reason.length).toBeLessThan(700);
      }),
    );
  });

  it('never throws on any JSON, whatever time it was sent at', () => {
    fc.assert(
      fc.property(anyJson, fc.double(), (value, sent) => {
        expect(typeof parseRecord(JSON.stringify(value), sent).kind).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a record of ours', ourRecord()],
    ['a LiteLLM payload', litellmPayload()],
  ])('never throws on %s with anything in its fields, and what it accepts can go on', (_, whole) => {
    fc.assert(
      fc.property(spoilt(whole), (value) => {
        const parsed = parse(value);
        if (parsed.kind === 'rejected') return;
        expect(Number.isInteger(parsed.at)).toBe(true);
        expect(() => JSON.stringify(parsed.record)).not.toThrow();
        expect(() => encodeURIComponent(parsed.record.id)).not.toThrow();
      }),
      { numRuns: 400 },
    );
  });

  it('says nothing of a text in a reason, whatever the fault', () => {
    const marked = fc.string({ minLength: 1 }).map((rest) => `ZQXJ${rest}`);
    const field = fc.constantFrom(...Object.keys(ourRecord()), ...Object.keys(litellmPayload()));
    fc.assert(
      fc.property(
        marked,
        field,
        fc.constantFrom(ourRecord(), litellmPayload()),
        fc.boolean(),
        (text, key, whole, broken) => {
          const body = JSON.stringify({ ...whole, [key]: [text, { [text]: text }] });
          const parsed = parse(broken ? body.slice(0, -3) : body);
          if (parsed.kind === 'rejected') expect(parsed.rejection.reason).not.toContain('ZQXJ');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps every key it does not know, at the top and inside', () => {
    const unknown = fc.dictionary(
      fc
        .string({ minLength: 1 })
        .filter(
          (key) =>
            !(key in ourRecord()) &&
            !(key in litellmPayload()) &&
            !['kind', '__encrypted__', '__proto__'].includes(key),
        ),
      anyJson,
    );
    fc.assert(
      fc.property(unknown, (extra) => {
        const usage = { costUsd: 1, extra };
        const plain = JSON.parse(JSON.stringify({ ...extra, ...ourRecord({ usage }) })) as Json;
        expect(accepted(plain).record).toEqual(plain);
      }),
    );
  });

  it('takes keys of the prototype for what they are: keys', () => {
    const polluted =
      '"__proto__":{"polluted":true,"status":"success"},"constructor":{"prototype":{"polluted":true}}';
    for (const whole of [ourRecord(), litellmPayload()]) {
      const body = JSON.stringify(whole);
      parse(`{${polluted},${body.slice(1)}`);
      parse(
        body
          .replace('"role"', `${polluted},"role"`)
          .replace('"surface":"chat"', `"surface":"chat",${polluted}`),
      );
      expect(parse(`{${polluted}}`).kind).toBe('rejected');
    }
    expect(({} as Json).polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'status')).toBe(false);
  });

  it('does not take a field from the prototype of a record', () => {
    expect(parse(`{"__proto__":${JSON.stringify(ourRecord())}}`).kind).toBe('rejected');
  });

  it('takes time in proportion to the size, not more', () => {
    const spaces = `${' '.repeat(300_000)}x`;
    const bodies = [
      JSON.stringify(ourRecord({ at: `2026-11-03T09:00:00.${'0'.repeat(500_000)}` })),
      JSON.stringify(litellmPayload({ endTime: `2026-11-03${spaces}`, startTime: spaces })),
      JSON.stringify(litellmPayload({ request_tags: Array.from({ length: 100_000 }, () => 'surface') })),
      JSON.stringify(ourRecord({ request: { messages: Array.from({ length: 20_000 }, () => ({})) } })),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      '['.repeat(500_000),
    ];
    for (const body of bodies) {
      expect(cpuMsOf(() => parse(body))).toBeLessThan(1_500);
    }
  });
});

describe('a record that was read', () => {
  it('is one of the published schema, whatever came in the fields that it can do without', () => {
    const withoutNeeded = (whole: Json, needed: readonly string[]) =>
      spoilt(Object.fromEntries(Object.entries(whole).filter(([key]) => !needed.includes(key)))).map(
        (rest) => ({ ...whole, ...rest }),
      );
    const documents = fc.oneof(
      withoutNeeded(ourRecord(), ['id', 'at', 'surface', 'status']),
      withoutNeeded(litellmPayload(), ['status', 'endTime']),
    );
    fc.assert(
      fc.property(documents, (value) => {
        const { record } = accepted(value);
        const written: unknown = JSON.parse(JSON.stringify(record));
        expect(responseRecordSchema.safeParse(written).error).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  it('is the one that came, where that is one of the published schema', () => {
    fc.assert(
      fc.property(spoilt(ourRecord()), (value) => {
        const written = JSON.parse(JSON.stringify(value)) as Json;
        if (!responseRecordSchema.safeParse(written).success) return;
        const parsed = parse(written);
        if (parsed.kind === 'rejected') expect(parsed.rejection.kind).toBe('time-out-of-bounds');
        else expect(parsed.unusable ?? []).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

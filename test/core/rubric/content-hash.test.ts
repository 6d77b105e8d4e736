import { describe, expect, it } from 'vitest';
import { rubricContentHash, sha256 } from '#core/rubric/content-hash.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { testRubric } from '#test/support/catalogue.ts';

const rubric = testRubric();

const judge = (rest: object) => ({ ...rubric.judge, ...rest });

const criteria = (rest: object) => rubric.criteria.map((each) => ({ ...each, ...rest }));

/** The same object with the keys of every level in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe('the content hash of a rubric', () => {
  it('is 64 hexadecimal digits, the same whatever the order of keys', () => {
    const hash = rubricContentHash(rubric);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(rubricContentHash(rubricSchema.parse(reversed(rubric)))).toBe(hash);
  });

  it.each<[string, Partial<Rubric>]>([
    ['the state', { state: 'retired' }],
    ['the surfaces', { surfaces: ['chat'] }],
    ['the prices', { judge: judge({ prices: { input: 9, cachedInput: 9, output: 9 } }) }],
    ['the version, which the lock names beside it', { version: 2 }],
  ])('does not change with %s', (_, change) => {
    expect(rubricContentHash({ ...rubric, ...change })).toBe(rubricContentHash(rubric));
  });

  it.each<[string, Partial<Rubric>]>([
    ['the title, which the judge reads', { title: 'Other' }],
    ['the description, which the judge reads', { description: 'Other' }],
    ['a question', { criteria: criteria({ question: 'Other?' }) }],
    ['a level of a scale', { criteria: criteria({ scale: { 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'e' } }) }],
    ['a weight', { criteria: criteria({ weight: 2 }) }],
    ['the overall rule', { overall: 'mean' }],
    ['the pass mark', { passMark: 3 }],
    ['what the judge sees', { sees: 'conversation-and-context' }],
    ['an example', { examples: [{ request: 'r', response: 'a', verdict: {} }] }],
    ['the model', { judge: judge({ model: 'other' }) }],
    ['a parameter', { judge: judge({ parameters: { temperature: 0 } }) }],
    ['the token limit', { judge: judge({ maxOutputTokens: 99 }) }],
    ['the text limit', { judge: judge({ maxInputCharacters: 9_999 }) }],
  ])('changes with %s', (_, change) => {
    expect(rubricContentHash({ ...rubric, ...change })).not.toBe(rubricContentHash(rubric));
  });

  it('keeps the order of lists, and tells values from their texts', () => {
    expect(sha256([1, 2])).not.toBe(sha256([2, 1]));
    expect(sha256({ a: '1' })).not.toBe(sha256({ a: 1 }));
    expect(sha256({ a: 1, b: undefined })).toBe(sha256({ a: 1 }));
  });
});

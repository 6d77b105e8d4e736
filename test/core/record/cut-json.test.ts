import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutJson } from '#core/record/cut-json.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const textsOf = (text: string) => cutJson(text)?.map((piece) => piece.text);

describe('JSON values of a text', () => {
  it('are those of a list, or one after another, however they are written', () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value === 'object'));
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, 4), fc.boolean(), (all, indent, asList) => {
        const objects = all.filter((value) => value !== null && !Array.isArray(value));
        const text = asList
          ? JSON.stringify(objects, null, indent)
          : objects.map((value) => JSON.stringify(value, null, indent)).join('\n');
        expect(textsOf(text)?.map((each) => JSON.parse(each) as unknown)).toEqual(
          JSON.parse(JSON.stringify(objects)),
        );
      }),
    );
  });

  it('begin in their lines', () => {
    expect(cutJson('[\n {"a":\n 1},\n\n 2]')).toEqual([
      { text: '{"a":\n 1}', line: 2 },
      { text: '2', line: 5 },
    ]);
  });

  it.each(['[{"a":1}', '{"a":1}}', '["a', '{"a":"\n"}', ']'])(
    'are not told where nothing closes: %s',
    (text) => {
      expect(cutJson(text)).toBeUndefined();
    },
  );

  it('never throw, and take time in proportion to the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ' ', '\n', 'a', '\\') }),
        (text) => {
          cutJson(text);
        },
      ),
    );
    const texts = [
      '['.repeat(500_000),
      '"\\'.repeat(250_000),
      `[${'"a",'.repeat(200_000)}1]`,
      ','.repeat(500_000),
    ];
    for (const text of texts) expect(cpuMsOf(() => cutJson(text))).toBeLessThan(1_500);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDoubledKey } from '#core/doubled-key.ts';

describe('a name that stands twice in one object', () => {
  it.each<[string, string]>([
    ['at the top', '{"a":1,"a":2}'],
    ['deeper', '{"a":{"b":[{"c":1,"c":1}]}}'],
    ['far from the first', '{"a":{"x":1},"b":[1,{"a":1}],"a":0}'],
    ['written with an escape', '{"score":1,"\\u0073core":5}'],
    ['written with two escapes', '{"a\\"b":1,"\\u0061\\"b":2}'],
    ['the empty one', '{"":1,"":2}'],
    ['one that objects have', '{"__proto__":1,"__proto__":2}'],
    ['with space around it', '{ "a" : 1 ,\n "a"\t: 2 }'],
    ['behind a string that ends in a backslash', '{"a":"\\\\","a":1}'],
  ])('is found: %s', (_, json) => {
    expect(hasDoubledKey(json)).toBe(true);
  });

  it.each<[string, string]>([
    ['in two objects', '[{"a":1},{"a":2}]'],
    ['in one object and one inside it', '{"a":{"a":1}}'],
    ['as a key and as a value', '{"a":"a","b":["a","a"]}'],
    ['inside a string', '{"a":"{\\"b\\":1,\\"b\\":2}"}'],
    ['in another case', '{"a":1,"A":2}'],
    ['in another alphabet', '{"a":1,"\u0430":2}'],
    ['in a list', '["a","a"]'],
    ['no object', '"a"'],
  ])('is another thing: %s', (_, json) => {
    expect(hasDoubledKey(json)).toBe(false);
  });

  it('does not stand in what JSON.stringify writes, and does once any member is written again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, nth) => {
        const json = JSON.stringify(object);
        expect(hasDoubledKey(json)).toBe(false);
        const members = Object.entries(object).map(
          ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
        );
        const again = members[nth % members.length];
        expect(hasDoubledKey(`[{${[...members, again].join(',')}}]`)).toBe(true);
      }),
    );
  });

  it('is looked for without end or error in anything at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ua0') }), (text) => {
        expect(typeof hasDoubledKey(text)).toBe('boolean');
      }),
    );
    expect(hasDoubledKey('['.repeat(1_000_000))).toBe(false);
  });
});

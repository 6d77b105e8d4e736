import fc from 'fast-check';

/** Documents as accidents and attackers make them of good ones, for fuzzing whatever reads them. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Values that readers have stumbled over. */
const nastyValues: readonly Json[] = [
  null,
  true,
  '',
  ' ',
  0,
  -0,
  -1,
  0.5,
  1e-300,
  1e300,
  Number.MAX_SAFE_INTEGER + 2,
  'NaN',
  '1e999',
  '\u0000',
  '\ud800',
  '\u2028',
  '#',
  '../../etc/passwd',
  '=cmd|calc',
  '__proto__',
  '2026-11-03T09:00:00Z',
  '9999-99-99',
  'x'.repeat(50_000),
  [],
  {},
  [[]],
  Array.from({ length: 3_000 }, () => 1),
];

const nastyKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', '', '#', '\ud800', '0'];

const anyValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...nastyValues),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 50, max: 400 }).map(nested),
);

/** So many lists in each other. */
function nested(depth: number): Json {
  let value: Json = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

/** What happens to the node at a place: it is replaced, dropped, doubled, renamed, wrapped, given nasty company. */
const change: fc.Arbitrary<(node: Json) => readonly Json[]> = fc.oneof(
  anyValue.map((value) => () => [value]),
  fc.constant(() => []),
  fc.constant((node: Json) => [node, node]),
  fc.constant((node: Json) => [[node]]),
  fc.constant((node: Json) => [{ value: node }]),
  fc.constant((node: Json) => [typeof node === 'string' ? Number(node) || 0 : JSON.stringify(node)]),
  fc.tuple(fc.constantFrom(...nastyKeys), anyValue).map(([key, value]) => (node: Json) => [
    isObject(node) ? withKey(node, key, value) : { [key]: value },
  ]),
);

/** A JSON value with one to three of its nodes changed. */
export function mutated(whole: Json): fc.Arbitrary<Json> {
  return fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<Json>((value, [place, how]) => {
      const count = countNodes(value);
      return changeNode(value, { left: place % count }, how)[0] ?? null;
    }, whole),
  );
}

/** A text with a few pieces cut out, doubled, moved, or replaced by odd characters. */
export function mutatedText(whole: string, odd: readonly string[] = oddTexts): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(whole.length),
    length: fc.nat(40),
    by: fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary', maxLength: 5 })),
    kind: fc.constantFrom('cut', 'double', 'insert', 'replace', 'truncate'),
  });
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((text, { at, length, by, kind }) => {
      const [before, piece, after] = [
        text.slice(0, at),
        text.slice(at, at + length),
        text.slice(at + length),
      ];
      switch (kind) {
        case 'cut':
          return before + after;
        case 'double':
          return before + piece + piece + after;
        case 'insert':
          return before + by + piece + after;
        case 'replace':
          return before + by + after;
        default:
          return before;
      }
    }, whole),
  );
}

/** Cells that readers of CSV have stumbled over. */
export const oddCells = [
  '"',
  '""',
  '","',
  ',',
  ';',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\u0000',
  '\ufeff',
  '=1+1',
  '@SUM',
  '1e999',
  'NaN',
  '-1',
  '9'.repeat(400),
  '__proto__',
  'constructor',
  'x'.repeat(20_000),
];

const oddTexts = [
  '\u0000',
  '\ufeff',
  '\r',
  '\r\n',
  '"',
  '{',
  '}',
  '[',
  ':',
  ',',
  '\\',
  '\ud83d',
  '\u2028',
  '\t',
];

/** Whether the prototypes that everything shares are as they were. */
export function isPolluted(): boolean {
  return (
    Object.keys(Object.prototype).length > 0 ||
    Object.keys(Array.prototype).length > 0 ||
    'polluted' in {} ||
    'polluted' in Function.prototype
  );
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `__proto__` as a key of its own, which an assignment would not make. */
function withKey(object: { readonly [key: string]: Json }, key: string, value: Json): Json {
  const changed = { ...object };
  Object.defineProperty(changed, key, { value, enumerable: true, configurable: true, writable: true });
  return changed;
}

function countNodes(value: Json): number {
  let count = 0;
  const waiting: Json[] = [value];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    count += 1;
    if (typeof node === 'object' && node !== null && count < 500)
      waiting.push(...(Object.values(node) as Json[]));
  }
  return count;
}

function changeNode(
  value: Json,
  place: { left: number },
  how: (node: Json) => readonly Json[],
): readonly Json[] {
  if (place.left === 0) {
    place.left = -1;
    return how(value);
  }
  if (place.left < 0) return [value];
  place.left -= 1;
  if (Array.isArray(value))
    return [(value as readonly Json[]).flatMap((item) => changeNode(item, place, how))];
  if (!isObject(value)) return [value];
  const entries = Object.entries(value).flatMap(([key, item]) =>
    changeNode(item, place, how).map(
      (changed, index) => [index === 0 ? key : `${key}${index}`, changed] as const,
    ),
  );
  return [entries.reduce<Json>((object, [key, item]) => withKey(object as never, key, item), {})];
}

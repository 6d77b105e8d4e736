import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { formatFault, parseYaml } from '#adapters/files/yaml-file.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';
import { defaultYaml, policyYaml, rubricYaml } from '#test/support/project-folder.ts';
import { isPolluted, mutatedText } from '#test/support/spoilt-documents.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const policy = readGood(policyYaml, policySchema);
const surface = readGood(defaultYaml, surfaceSchema);

function readGood<T extends z.ZodType>(text: string, schema: T): z.infer<T> {
  const reading = parseYaml('f.yaml', text, schema);
  if (!reading.ok) throw new Error(reading.faults.map(formatFault).join('\n'));
  return reading.value;
}

afterEach(() => expect(isPolluted()).toBe(false));

/** Reads a file and, where it reads well, compiles the catalogue with it. Either way every fault is said well. */
const readers: Readonly<Record<string, { readonly good: string; readonly read: (text: string) => void }>> = {
  'a rubric file': {
    good: rubricYaml(),
    read: (text) => {
      const reading = parseYaml('f.yaml', text, rubricSchema);
      if (reading.ok) compileCatalogue(policy, [surface], [reading.value], [testJudge()]);
      else expectSound(reading.faults);
    },
  },
  'a surface file': {
    good: defaultYaml,
    read: (text) => {
      const reading = parseYaml('f.yaml', text, surfaceSchema);
      if (reading.ok) compileCatalogue(policy, [reading.value], [testRubric()], [testJudge()]);
      else expectSound(reading.faults);
    },
  },
  'a policy file': {
    good: policyYaml,
    read: (text) => {
      const reading = parseYaml('f.yaml', text, policySchema);
      if (reading.ok) compileCatalogue(reading.value, [surface], [testRubric()], [testJudge()]);
      else expectSound(reading.faults);
    },
  },
};

function expectSound(
  faults: readonly { file: string; line: number; column: number; message: string }[],
): void {
  expect(faults.length).toBeGreaterThan(0);
  for (const { file, line, column, message } of faults) {
    expect(file).toBe('f.yaml');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message.length).toBeGreaterThan(5);
  }
}

/** What YAML has that JSON has not, and what people and attackers write with it. */
const yamlPieces = [
  '&a ',
  '*a',
  '*nobody',
  '<<: *a\n',
  '!!js/function "() => 1"',
  '!!binary aGk=',
  '!!python/object/apply:os.system [id]',
  '!<tag:example.com,2026:x> y',
  '!!set {a, b}',
  '!!timestamp 2026-11-03',
  '__proto__: {polluted: true}\n',
  'constructor: {prototype: {polluted: true}}\n',
  '? [a, b]\n: c\n',
  '---\n',
  '...\n',
  '%YAML 9.9\n',
  '|\n  text\n',
  '>-\n',
  '.nan',
  '.inf',
  '-.inf',
  '0x1F',
  '0o17',
  '1e999',
  'yes',
  '~',
  '{',
  '[',
  '- ',
  ': ',
  '\n',
  '\n\n    ',
  '\t',
  '#',
  '"',
  "'",
  '\u0000',
  '\ufeff',
  '\u0085',
  '\ud800',
];

describe.each(Object.entries(readers))('%s', (_, { good, read }) => {
  it('with any piece changed is read, or its faults are said with their places', () => {
    fc.assert(fc.property(mutatedText(good, yamlPieces), read), { numRuns: 300 });
  });

  it('of any characters is read, or its faults are said with their places', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 120 }), read), { numRuns: 300 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...yamlPieces), { maxLength: 30 }), (pieces) =>
        read(pieces.join('')),
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, string]>([
    ['aliases that double each other', bomb(30)],
    ['an alias of itself', '&a [*a]'],
    ['mappings that merge each other', merges(30)],
    ['lists in lists in lists', '['.repeat(20_000)],
    ['mappings in mappings', '{a: '.repeat(10_000)],
    ['lists that close again', `${'['.repeat(600)}${']'.repeat(600)}`],
    ['a mapping as a key, over and over', '? '.repeat(2_000)],
    ['sequences in one line', '- '.repeat(2_000)],
    ['indentation without end', Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a very long text', `id: ${'x'.repeat(900_000)}`],
    ['a million characters and more', 'a: 1\n'.repeat(250_000)],
    ['very many keys', Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['very many documents', '---\na: 1\n'.repeat(20_000)],
    ['quotes without end', `id: "${'\\"'.repeat(100_000)}`],
    ['nothing', ''],
  ])('is refused with its faults, and soon: %s', (_, text) => {
    // Minutes or memory without end is what it must not take.
    expect(cpuMsOf(() => read(text))).toBeLessThan(20_000);
  });
});

/** "Billion laughs": each line holds the one before it nine times. */
function bomb(levels: number): string {
  const lines = ['a0: &a0 [lol]'];
  for (let level = 1; level <= levels; level += 1)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(',')}]`);
  return lines.join('\n');
}

function merges(levels: number): string {
  const lines = ['a0: &a0 {k: 1}'];
  for (let level = 1; level <= levels; level += 1)
    lines.push(
      `a${level}: &a${level} {<<: [*a${level - 1}, *a${level - 1}], b: *a${level - 1}, c: *a${level - 1}}`,
    );
  return lines.join('\n');
}

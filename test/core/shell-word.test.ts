import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWord } from '#core/shell-word.ts';

it('a shell gives back every text as it was, one word each', () => {
  const hostile = [
    '',
    'a b',
    `Ann "QA"; team`,
    "O'Neil",
    '$(touch x)',
    '`id`',
    '-rf',
    'Ölsen',
    '~',
    '*',
    'a\\',
  ];
  // Null bytes are no part of any argument.
  const drawn = fc.sample(fc.string({ unit: 'binary', maxLength: 12 }), { seed: 1, numRuns: 200 });
  const texts = [...hostile, ...drawn.filter((text) => !text.includes('\0') && text.isWellFormed())];
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`], {
    encoding: 'utf8',
  });
  expect(printed.split('\0').slice(0, -1)).toEqual(texts);
});

it('leaves plain names and folders as they are', () => {
  for (const text of ['.assay', '/tmp/run-1', 'ann@example.com', 'assay-prod'])
    expect(shellWord(text)).toBe(text);
});

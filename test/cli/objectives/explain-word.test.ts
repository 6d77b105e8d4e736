import { describe, expect, test } from 'vitest';
import { explainWord, findEntry } from '#cli/objectives/explain-word.ts';

describe('a word of the glossary', () => {
  test.each(['Evidence', 'burn', 'masked', 'no data', 'pressure', 'even rate'])(
    '%s is explained',
    async (word) => {
      const found = await explainWord(word, process.cwd());
      expect(found?.toLowerCase()).toContain(word.toLowerCase());
      expect(found).not.toMatch(/\*\*|`|\]\(/);
    },
  );

  test('has any of its names, and links are their words', () => {
    const glossary = '- **a**, **b c**: see [there](x.md) and `d`\n  goes on.\n- **e**: f.';
    expect(findEntry(glossary, 'B c')).toBe('a, b c: see there and d goes on.');
    expect(findEntry(glossary, 'd')).toBeUndefined();
  });

  test('is not there without a glossary', async () => {
    expect(await explainWord('burn', '/nowhere')).toBeUndefined();
  });
});

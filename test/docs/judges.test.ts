import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type JudgeEntry, judgesFileSchema, providers } from '#core/judges/judge.ts';

describe('docs/judges.md', async () => {
  const text = await readFile(new URL('../../docs/judges.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => parse(block));

  it('shows entries that are in order, of each provider and both ways to Bedrock', () => {
    const shown: JudgeEntry[] = [];
    for (const block of blocks) {
      const read = judgesFileSchema.safeParse(block);
      expect(read.error).toBeUndefined();
      shown.push(...Object.values(read.data?.judges ?? {}));
    }
    expect(new Set(shown.map(({ provider }) => provider))).toEqual(new Set(providers));
    expect(shown.filter(({ provider }) => provider === 'bedrock').map(({ api }) => api)).toEqual([
      undefined,
      'converse',
    ]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largest, smallest } from '#core/extremes.ts';

describe('the largest and the smallest', () => {
  it('are found among more values than a call takes arguments', () => {
    const values = Array.from({ length: 500_000 }, (_, index) => (index * 7_919) % 500_000);
    expect([largest(values), smallest(values)]).toEqual([499_999, 0]);
  });

  it('of none are what Math says', () => {
    expect([largest([]), smallest(new Set())]).toEqual([Math.max(), Math.min()]);
  });

  it('are asked of no spread anywhere: it overflows the stack', () => {
    const root = join(import.meta.dirname, '..', '..');
    const files = ['src', 'lambdas'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('extremes.ts'))
        .map((name) => join(root, folder, name)),
    );
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter((file) => /Math\.(max|min)\(\s*\.\.\./.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

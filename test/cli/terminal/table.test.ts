import { afterEach, describe, expect, it, vi } from 'vitest';
import { fitLines } from '#cli/terminal/fit-lines.ts';
import { indentedTable } from '#cli/terminal/table.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a table that stands to the right', () => {
  const rows = [
    ['events', 'needed'],
    [
      'half bad',
      'fires after 11 h 10 min (10 h 40 min to 11 h 45 min), with 2.9 times the budget of 24 h spent',
    ],
  ];

  it.each([60, 80, 100])('is folded once, for the %d columns of the terminal', (columns) => {
    vi.stubEnv('COLUMNS', String(columns));
    const text = indentedTable(rows, 4).join('\n');
    expect(text).toContain('\n    half bad  fires after');
    expect(fitLines(text)).toBe(text);
  });
});

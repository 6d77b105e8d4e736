import { expect, it } from 'vitest';
import { describeNotes, isNote, NoteTally } from '#core/series/record-notes.ts';

it('notes of records are told with their numbers, the most frequent first, and nothing where there is none', () => {
  const tally = new NoteTally();
  expect(describeNotes(tally.notes)).toEqual([]);
  const columns: [string, number][] = [
    ['n', 40],
    ['t:slo', 40],
    ['unusable:cohort', 1],
    ['unusable:usage.costUsd', 3],
    ['textless', 1],
    ['repeatedId', 2],
    ['overflow:cohort', 7],
    ['rejected:invalid-field', 4],
  ];
  for (const [column, by] of columns) tally.add(column, by);
  const lines = describeNotes(tally.notes);
  expect(lines).toHaveLength(5);
  expect(lines.join('\n')).toMatch(
    /Rejected: invalid-field 4\.(?:.|\n)*: usage\.costUsd 3, cohort 1\.(?:.|\n)*in 1 good answer:(?:.|\n)*in 2 records(?:.|\n)*: cohort 7\./,
  );
  expect(columns.map(([column]) => isNote(column))).toEqual([false, false, ...Array(6).fill(true)]);
});

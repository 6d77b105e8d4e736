import { expect, it } from 'vitest';
import { formatCells } from './format-cells.ts';

it('a cell of the matrix is a row in few words, and a loss is told in full', () => {
  const consequences = {
    told: ['judge-crashes', '3 failed runs of the judge'],
    lost: ['counter chat c n: 1 of 2', 'not rejected: {'],
    doubled: [
      'counted chat c 12 for 10 (2 told as redelivered)',
      'counted chat r 11 for 10 (0 told as redelivered)',
      '1 more rejected',
    ],
    late: [
      'chat/x page ALARM announced 46 min late',
      'alarm chat-x-page 31 min late',
      'alarm chat-x-ticket 40 min late',
      '12 minutes without gauges',
    ],
  };
  const nothing = { told: [], lost: [], doubled: [], late: [] };
  const cells = [
    { call: 'judge: sns Publish', mode: 'denied', met: 5, consequences } as const,
    { call: 'judge: sns Publish', mode: 'lost', met: 1, consequences: nothing } as const,
  ];
  expect(formatCells(cells).split('\n').slice(2)).toEqual([
    '| judge: sns Publish | denied | 5 | judge-crashes; 3 runs failed | counter chat c n: 1 of 2; not rejected: { | ' +
      '2 counters by up to 2 records, NOT all told as redelivered; 1 more rejected | ' +
      '2 alarms by 40 min; 1 announcement by 46 min; 12 ticks without gauges |',
    '| judge: sns Publish | lost | 1 | - | - | - | - |',
  ]);
});

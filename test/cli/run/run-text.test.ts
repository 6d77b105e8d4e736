import { expect, it } from 'vitest';
import { formatReport } from '#cli/run/run-text.ts';
import type { RunReport } from '#local/report/run-report.ts';

const report = {
  judge: 'recorded',
  received: 40,
  rejected: 0,
  sampled: 0,
  judged: 0,
  unjudgeable: 0,
  shed: 0,
  dlq: 0,
  late: 0,
  textless: 0,
  repeatedIds: 0,
  leftOut: {},
  overflow: {},
  reasons: [],
  seconds: 2,
  slos: [],
  transitions: [],
  ownAlarms: [],
} as unknown as RunReport;

const said = (changed: Partial<RunReport>) =>
  formatReport({ ...report, ...changed }, { waiting: 0 }).replaceAll(/\s+/g, ' ');

it('a run of which nothing fell into the sample says so, and what judges all', () => {
  expect(said({})).toContain('No alarm fired. Nothing was judged: no answer fell into the sample');
  expect(said({})).toContain('"--sample-rate 1" judges all');
  expect(said({ sampled: 1 })).not.toContain('Nothing was judged');
  expect(said({ rejected: 40 })).not.toContain('Nothing was judged');
});

it('a surface without a file is told as what it is, and not as one name too many', () => {
  expect(said({ overflow: { surface: 5, cohort: 2 } })).toMatch(
    /Counted and judged under "default": 5 records of surfaces .* Counted as "other", for there were too many: cohort 2\./,
  );
  expect(said({ overflow: { attempt: 1 } })).toContain(
    'Not counted, for their records had too many: 1 attempt.',
  );
});

it('an alarm that watches no objective and is on is told beside "no alarm of an objective"', () => {
  const ownAlarms = [
    {
      since: '2026-11-20T09:05:00.000Z',
      alarm: 'assay-local-chat-unmeasured',
      title: 'chat: objectives without data',
      says: 'Some objectives of this surface cannot be measured.',
    },
  ];
  expect(said({ ownAlarms })).toContain(
    'No alarm of an objective fired. On since 2026-11-20 09:05Z: chat: objectives without data. Some objectives',
  );
});

import { expect, test } from 'vitest';
import { minute } from '#core/time.ts';
import { describeAlarmChanges } from '#core/triage/alarm-changes.ts';

test('a ticket that a page stands for is masked and not off', () => {
  const said = describeAlarmChanges([
    { severity: 'ticket', at: 0, to: 'ALARM' },
    { severity: 'ticket', at: 10 * minute, to: 'OK' },
    { severity: 'page', at: 10 * minute, to: 'ALARM' },
    { severity: 'page', at: 60 * minute, to: 'OK' },
    { severity: 'ticket', at: 60 * minute, to: 'ALARM' },
    { severity: 'ticket', at: 90 * minute, to: 'OK' },
  ]);
  expect(said.map(({ text }) => text)).toEqual([
    'ticket alarm on',
    'page alarm on',
    'ticket alarm masked by the page, not over',
    'page alarm off',
    'ticket alarm on by itself again',
    'ticket alarm off',
  ]);
});

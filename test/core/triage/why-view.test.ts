import { describe, expect, test } from 'vitest';
import type { Dimension } from '#core/triage/carriers.ts';
import type { TimelineEntry } from '#core/triage/timeline.ts';
import { describeCause, nearestInOrder } from '#core/triage/why-view.ts';

const fall = { sure: 'clear' } as Parameters<typeof describeCause>[0]['fall'];
const carrier = (name: string, standsOut = true) => ({
  name,
  before: { good: 90, total: 100 },
  after: { good: 50, total: 100 },
  standsOut,
});
const dimension = (name: string, finding: string, slice: string) =>
  ({ dimension: name, finding, carriers: [carrier(slice)] }) as unknown as Dimension;
const say = (dimensions: readonly Dimension[], near: readonly TimelineEntry[] = []) =>
  describeCause({ fall, dimensions, near });

describe('whether it is us', () => {
  test('is told by what carries it, a release before what came with it', () => {
    expect(say([dimension('model', 'replaced', 'm-2'), dimension('release', 'replaced', 'v42')])).toBe(
      'Most likely us: it came with our release v42, and the model m-2 with it.',
    );
    expect(say([dimension('release', 'even', 'v42'), dimension('model', 'carried', 'm-2')])).toBe(
      'Most likely the model: it came with m-2.',
    );
    expect(say([dimension('provider', 'carried', 'primary')])).toContain('Most likely the provider');
    expect(say([dimension('cohort', 'carried', 'de')])).toContain('Only some users: the cohort de');
  });

  test('names an incident that is on record, and a judge that changed', () => {
    expect(say([], [{ at: 0, kind: 'incident', text: 'incident of primary: slow' }])).toBe(
      'Perhaps not us. On record near the start: incident of primary: slow.',
    );
    expect(
      say([dimension('release', 'carried', 'v2')], [{ at: 0, kind: 'judge', text: 'judge moved' }]),
    ).toBe('Most likely us: it came with our release v2. But what judges changed as well: judge moved.');
  });

  test('is not told where nothing tells', () => {
    expect(say([dimension('release', 'even', 'v2')])).toContain('Nothing that is stored tells');
    expect(describeCause({ fall: null, dimensions: [], near: [] })).toContain('Cannot be told yet');
  });
});

test('what is near the start is chosen by nearness and told in order of time', () => {
  const near = [5, 6, 3, 9, 1].map((at) => ({ at }));
  expect(nearestInOrder(near, 3).map(({ at }) => at)).toEqual([3, 5, 6]);
  expect(nearestInOrder(near, 9).map(({ at }) => at)).toEqual([1, 3, 5, 6, 9]);
});

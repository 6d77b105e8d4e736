import { countOf } from '#core/count-of.ts';
/** What a redrive did. */
export function formatRedrive({
  queue,
  moved,
  kept,
}: {
  readonly queue: 'rejected' | 'judge';
  readonly moved: number;
  readonly kept: number;
}): string {
  const name = queue === 'judge' ? "judge's dead-letter" : 'rejected';
  return [
    `${countOf(moved, 'message')} of the ${name} queue ${moved === 1 ? 'is' : 'are'} back in work.`,
    ...(kept > 0
      ? [
          `${kept} stay: they were cut when they were parked, are no judgements, or the queue did not take them.`,
        ]
      : []),
  ].join('\n');
}

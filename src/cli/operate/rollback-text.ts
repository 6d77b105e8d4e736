import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { minute } from '#core/time.ts';

/** What came of clearing a rollback. @param evaluatedAt of the evaluation that took it up already, epoch milliseconds */
export function formatCleared(name: string, stood: boolean, evaluatedAt: number | undefined): string {
  if (!stood)
    return `No rollback of ${name} stands, so nothing changes. One that fires from now on is not touched by this.`;
  const when =
    evaluatedAt !== undefined
      ? `It was evaluated once more, as of ${formatInstant(evaluatedAt)}: the alarm is off.`
      : `The next evaluation, within ${formatDuration(minute)}, takes the alarm off.`;
  return [
    `The rollback of ${name} is cleared. ${when}`,
    'Its row counts from here on only: it fires again if what is served now is as bad. Page, ticket and digest go on as they are, and a page that it masked shows.',
  ].join('\n');
}

import { countOf } from '#core/count-of.ts';
import { oneLine } from '../terminal/text.ts';
import type { Forgetting } from './forget-traces.ts';

/** What a forgetting found or did, for people. */
export function formatForgetting(forgetting: Forgetting, flags: string): string {
  const { done, of, responses, texts, notes, files, scores } = forgetting;
  const listed = [
    ...formatCount(texts, 'text with the judge’s reasons', 'texts with the judge’s reasons'),
    ...formatCount(notes, 'rating’s note', 'ratings’ notes'),
    ...files.rewritten.map((key) => `rows of ${oneLine(key, 200)}, whose words go`),
    ...files.removed.map(
      (key) => `${oneLine(key, 200)} as a whole: it does not read well enough to part its rows`,
    ),
    ...formatCount(files.oldVersions, 'older version of a ratings file', 'older versions of ratings files'),
    ...(scores === null
      ? []
      : [
          ...formatCount(scores.judgements, 'judgement with its score', 'judgements with their scores'),
          ...formatCount(scores.ratings, 'rating', 'ratings'),
        ]),
  ];
  const whose = of === 'response' ? 'this response' : `this user (${countOf(responses, 'response')})`;
  if (listed.length === 0)
    return [
      of === 'user' && responses === 0
        ? 'No stored text carries this user. Texts whose life has ended, and records that named no user, cannot be found by one.'
        : `Nothing is stored of ${whose} that could be deleted.`,
      queues,
    ].join('\n');
  return [
    done ? `Deleted of ${whose}:` : `Stored of ${whose}:`,
    ...listed.map((line) => `  ${line}`),
    ...(scores === null
      ? ['Scores stay, for objectives count them; --scores deletes them too.']
      : describeHours(done, scores)),
    queues,
    elsewhere,
    ...(done
      ? []
      : [
          '',
          `Nothing was deleted. The same command with --yes${flags === '' ? '' : ` (${flags.trim()})`} does it.`,
        ]),
  ].join('\n');
}

function describeHours(done: boolean, { hours, closedHours }: NonNullable<Forgetting['scores']>): string[] {
  const lines: string[] = [];
  if (hours > 0)
    lines.push(
      `${countOf(hours, 'hour')} ${done ? (hours === 1 ? 'is' : 'are') : 'would be'} counted anew at the next evaluation.`,
    );
  if (closedHours > 0)
    lines.push(
      `${closedHours} hours closed more than three days ago and keep their sums, which name nobody.`,
    );
  return lines;
}

const queues =
  'Queues cannot be searched: a message that still waits may be judged and stored after this. Messages live at most 7 days in the response and judge queues, 14 in the rejected and dead-letter queues.';

const elsewhere =
  'Not reached from here: CSV files and rating pages that "assay ratings" wrote to somebody’s disk, and the tables’ backups, which go back 35 days.';

function formatCount(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { countOf } from '#core/count-of.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { csvLine } from '#core/rating/csv-writer.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import { CliError } from '../terminal/cli-error.ts';
import { printAside } from '../terminal/print.ts';
import { type PageItem, pageItem, ratingPage } from './rating-page.ts';

/** Paths of the two files that people rate a batch by. */
export interface BatchFiles {
  readonly csv: string;
  readonly page: string;
}

/** A text that was forgotten is missing here and there; where more are missing, a window is too old. */
const mostForgotten = 0.05;

/** A batch's responses with their texts, as people see them. @throws CliError where too many texts are gone */
export async function readItems({ judgements }: RatingTarget, batch: RatingBatch): Promise<PageItem[]> {
  const items = new Map<string, PageItem>();
  await inParallel(batch.responseIds, 16, async (responseId) => {
    const texts = await judgements.readTexts({ ...batch, responseId, repeat: 0 });
    if (texts !== undefined) items.set(responseId, pageItem(responseId, texts));
  });
  const gone = batch.responseIds.filter((id) => !items.has(id)).length;
  if (gone > Math.max(1, batch.responseIds.length * mostForgotten))
    throw new CliError(
      `The texts of ${gone} of ${batch.responseIds.length} drawn responses have expired (retention.texts in slos/policy.yaml). Draw from a later window with --from.`,
    );
  if (gone > 0)
    printAside(`Left out: ${countOf(gone, 'response')} whose texts are gone (forgotten, or just expired).`);
  return batch.responseIds.flatMap((id) => items.get(id) ?? []);
}

interface BatchContent {
  readonly batch: RatingBatch;
  readonly rubric: Rubric;
  readonly items: readonly PageItem[];
  readonly sendTo: string | undefined;
}

/** Writes a batch's CSV file and rating page. */
export async function writeFiles(
  folder: string,
  { batch, rubric, items, sendTo }: BatchContent,
): Promise<BatchFiles> {
  await makeFolder(folder);
  const csv = join(folder, `${batch.id}.csv`);
  const page = join(folder, `${batch.id}.html`);
  await writeFile(csv, batchCsv(batch, rubric, items));
  await writeFile(page, await ratingPage({ batch, rubric, sendTo, items }));
  return { csv, page };
}

function batchCsv(batch: RatingBatch, rubric: Rubric, items: readonly PageItem[]): string {
  const head = [
    'response_id',
    'rater_id',
    'score',
    'rated_at',
    'note',
    'rubric',
    'batch',
    'conversation',
    'context',
    'response',
  ];
  const rows = items.map(({ id, conversation, context, response }) => [
    id,
    '',
    '',
    '',
    '',
    rubricName(rubric),
    batch.id,
    conversation.map(({ role, text }) => `${role}: ${text}`).join('\n\n'),
    context.join('\n\n'),
    response,
  ]);
  // The mark lets spreadsheets read it as UTF-8.
  return `\uFEFF${[head, ...rows].map((row) => `${csvLine(row)}\r\n`).join('')}`;
}

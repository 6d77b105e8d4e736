import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '#adapters/sqs/queue.ts';
import { rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { type Candidate, frameOf, type RatingBatch } from '#core/rating/batch.ts';
import { csvLine } from '#core/rating/csv-writer.ts';
import { drawBatch } from '#core/rating/draw.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { day, floorTo, hour, hourKey } from '#core/time.ts';
import { CliError, percent, table } from './output.ts';
import { type PageItem, pageItem, ratingPage } from './rating-page.ts';
import { openRatingPlace, type PlaceOptions, type RatingPlace, requireSurface } from './rating-place.ts';

export interface DrawOptions extends PlaceOptions {
  readonly surface: string;
  readonly count: number;
  readonly rubric?: string;
  readonly from?: number;
  readonly to?: number;
  readonly seed?: string;
  readonly out: string;
  readonly json?: boolean;
}

const usualWindow = 7 * day;
const longestWindow = 92 * day;

/** Draws a batch, stores it, and writes its CSV file and rating page. */
export async function drawRatings(options: DrawOptions): Promise<void> {
  const place = await openRatingPlace(options);
  try {
    const { batch, rubric } = await draw(place, options);
    const items = await readItems(place, batch);
    await place.ratings.writeBatch(batch);
    await mkdir(options.out, { recursive: true });
    const csv = join(options.out, `${batch.id}.csv`);
    const page = join(options.out, `${batch.id}.html`);
    await writeFile(csv, batchCsv(batch, rubric, items));
    await writeFile(page, await ratingPage({ batch: batch.id, rubric, items }));
    report(batch, { csv, page, place, json: options.json === true });
  } finally {
    await place.close();
  }
}

async function draw(
  place: RatingPlace,
  options: DrawOptions,
): Promise<{ batch: RatingBatch; rubric: Rubric }> {
  const surface = requireSurface(place.catalogue, options.surface);
  const rubric = chooseRubric(place, surface, options.rubric);
  const to = ceilTo(options.to ?? place.now, hour);
  const from = floorTo(options.from ?? to - usualWindow, hour);
  if (!(from < to)) throw new CliError('--from must lie before --to.');
  if (to - from > longestWindow)
    throw new CliError(`Wanted a window of at most ${longestWindow / day} days.`);
  const { candidates, returnedModel } = await readCandidates(place, surface, rubric, from, to);
  if (candidates.length === 0)
    throw new CliError(
      `Nothing of ${surface} was judged under ${rubricName(rubric)} from ${when(from)} to ${when(to)}. Choose another window with --from and --to.`,
    );
  const seed = options.seed ?? randomBytes(6).toString('hex');
  const drawn = drawBatch(candidates, { count: options.count, passMark: rubric.passMark, seed });
  const drawnAt = Date.now();
  const batch: RatingBatch = {
    id: `${surface}-${new Date(drawnAt).toISOString().slice(0, 16).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`,
    surface,
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    returnedModel,
    from,
    to,
    seed,
    drawnAt,
    frame: frameOf(candidates),
    ...drawn,
  };
  return { batch, rubric };
}

function chooseRubric({ catalogue }: RatingPlace, surface: string, id: string | undefined): Rubric {
  const rubrics = rubricsOf(catalogue, surface);
  const rubric =
    id === undefined
      ? rubrics.find(({ state }) => state === 'active')
      : rubrics.find((each) => each.id === id);
  if (rubric !== undefined) return rubric;
  throw new CliError(
    id === undefined
      ? `No active rubric judges ${surface}.`
      : `--rubric: no rubric "${id}" judges ${surface}. Known: ${rubrics.map((each) => each.id).join(', ')}.`,
  );
}

/** Judged responses of the window by the judge that is asked now: its fingerprint, and the newest model id that came back. */
async function readCandidates(
  { judgements }: RatingPlace,
  surface: string,
  rubric: Rubric,
  from: number,
  to: number,
): Promise<{ candidates: Candidate[]; returnedModel: string | undefined }> {
  const fingerprint = judgeFingerprint(rubric);
  const hours = Array.from({ length: (to - from) / hour }, (_, index) => hourKey(from + index * hour));
  const found: (Candidate & { returnedModel: string | undefined })[] = [];
  await inParallel(hours, 16, async (key) => {
    for (const judgement of await judgements.readHour(surface, rubric, key)) {
      const { responseId, at, score, probability, state, repeat, returnedModel } = judgement;
      if (state !== 'judged' || score === undefined || repeat !== 0 || judgement.fingerprint !== fingerprint)
        continue;
      found.push({ responseId, at, score, probability, returnedModel });
    }
  });
  const returnedModel = [...found].sort((a, b) => b.at - a.at)[0]?.returnedModel;
  return {
    returnedModel,
    candidates: found
      .filter((each) => each.returnedModel === returnedModel)
      .map(({ responseId, at, score, probability }) => ({ responseId, at, score, probability })),
  };
}

async function readItems({ judgements }: RatingPlace, batch: RatingBatch): Promise<PageItem[]> {
  const items = new Map<string, PageItem>();
  await inParallel(batch.responseIds, 16, async (responseId) => {
    const texts = await judgements.readTexts({ ...batch, responseId, repeat: 0 });
    if (texts !== undefined) items.set(responseId, pageItem(responseId, texts));
  });
  const gone = batch.responseIds.filter((id) => !items.has(id)).length;
  if (gone > 0)
    throw new CliError(
      `The texts of ${gone} of ${batch.responseIds.length} drawn responses have expired (retention.texts in slos/policy.yaml). Draw from a later window with --from.`,
    );
  return batch.responseIds.flatMap((id) => items.get(id) ?? []);
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

function report(
  batch: RatingBatch,
  { csv, page, place, json }: { csv: string; page: string; place: RatingPlace; json: boolean },
): void {
  if (json) {
    const { id, surface, rubric, fingerprint, from, to, seed, cells, responseIds } = batch;
    console.log(
      JSON.stringify(
        {
          batch: id,
          surface,
          rubric,
          fingerprint,
          from: when(from),
          to: when(to),
          seed,
          cells,
          responses: responseIds.length,
          csv,
          page,
        },
        null,
        2,
      ),
    );
    return;
  }
  const judged = batch.cells.reduce((sum, cell) => sum + cell.judged, 0);
  console.log(
    [
      `Drew ${batch.responseIds.length} of ${judged} judged responses of ${batch.surface}, ${when(batch.from)} to ${when(batch.to)} (batch ${batch.id}).`,
      table([
        ['  judge\u2019s score', 'judged', 'drawn', 'chance'],
        ...batch.cells.map(({ score, judged, drawn, probability }) => [
          `  ${score}`,
          String(judged),
          String(drawn),
          percent(probability),
        ]),
      ]),
      '',
      `  ${page}   open it in a browser and rate by keyboard, or`,
      `  ${csv}   fill in rater_id and score in a spreadsheet`,
      '',
      `Then: npx assay ratings upload FILE${place.option}`,
    ].join('\n'),
  );
}

function ceilTo(at: number, width: number): number {
  return Math.ceil(at / width) * width;
}

function when(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

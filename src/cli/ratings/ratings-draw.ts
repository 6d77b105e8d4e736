import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCandidates } from '#adapters/dynamodb/draw-candidates.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { findRubric, rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import { csvLine } from '#core/rating/csv-writer.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { ceilTo, day, floorTo, hour } from '#core/time.ts';
import {
  openRatingPlace,
  type PlaceOptions,
  type RatingPlace,
  requireSurface,
} from '../target/rating-place.ts';
import { CliError, percent, table } from '../terminal/output.ts';
import { type PageItem, pageItem, ratingPage } from './rating-page.ts';

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
    const files = await writeFiles(options.out, { batch, rubric, items });
    report(batch, { ...files, place, json: options.json === true });
  } finally {
    await place.close();
  }
}

export interface OpenOptions extends PlaceOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Writes the CSV file and the rating page of a batch that is stored. */
export async function openBatch(id: string, options: OpenOptions): Promise<void> {
  const place = await openRatingPlace(options);
  try {
    const batches = await readAllBatches(place);
    const batch = batches.find((each) => each.id === id);
    if (batch === undefined) {
      const newest = batches.slice(0, 5).map((each) => each.id);
      throw new CliError(
        `There is no batch "${id}" here. ${newest.length === 0 ? 'None was drawn yet: npx assay ratings draw --surface NAME' : `The newest: ${newest.join(', ')}`}.`,
      );
    }
    const rubric = findRubric(place.catalogue, batch.rubric);
    if (rubric === undefined)
      throw new CliError(`The rubric ${rubricName(batch.rubric)} of this batch is not in rubrics/ any more.`);
    const files = await writeFiles(options.out, { batch, rubric, items: await readItems(place, batch) });
    report(batch, { ...files, place, json: options.json === true });
  } finally {
    await place.close();
  }
}

/** Every stored batch, the newest first. One Query a surface and rubric version. */
async function readAllBatches({ catalogue, ratings }: RatingPlace): Promise<RatingBatch[]> {
  const groups = catalogue.surfaces.flatMap(({ surface }) =>
    catalogue.rubrics.map(({ id, version }) => ({ surface, rubric: { id, version } })),
  );
  const found: RatingBatch[] = [];
  await inParallel(groups, 16, async (group) => {
    found.push(...(await ratings.readBatches(group)));
  });
  return found.sort((a, b) => b.drawnAt - a.drawnAt);
}

async function writeFiles(
  folder: string,
  { batch, rubric, items }: { batch: RatingBatch; rubric: Rubric; items: readonly PageItem[] },
): Promise<{ csv: string; page: string }> {
  await mkdir(folder, { recursive: true });
  const csv = join(folder, `${batch.id}.csv`);
  const page = join(folder, `${batch.id}.html`);
  await writeFile(csv, batchCsv(batch, rubric, items));
  await writeFile(page, await ratingPage({ batch: batch.id, rubric, items }));
  return { csv, page };
}

async function draw(
  place: RatingPlace,
  options: DrawOptions,
): Promise<{ batch: RatingBatch; rubric: Rubric }> {
  const surface = requireSurface(place.catalogue, options.surface);
  const rubric = chooseRubric(place, surface, options.rubric);
  const to = ceilTo(options.to ?? place.now, hour);
  const fingerprint = judgeFingerprint(rubric);
  // Ratings of what another judge has scored under this one's name calibrate nothing.
  const changedAt = (await place.countsFrom(judgeName(rubric, fingerprint))) ?? Number.NEGATIVE_INFINITY;
  const from = Math.max(floorTo(options.from ?? to - usualWindow, hour), changedAt);
  if (from >= to)
    throw new CliError(
      `The judge of ${rubricName(rubric)} changed on ${when(changedAt)} by its anchors, and only responses judged since then can calibrate it. Draw again when some hours of them are judged.`,
    );
  if (!(from < to)) throw new CliError('--from must lie before --to.');
  if (to - from > longestWindow)
    throw new CliError(`Wanted a window of at most ${longestWindow / day} days.`);
  const { candidates, returnedModel } = await readCandidates(place.judgements, { surface, rubric, from, to });
  if (candidates.length === 0)
    throw new CliError(
      `Nothing of ${surface} was judged under ${rubricName(rubric)} from ${when(from)} to ${when(to)}. Choose another window with --from and --to.`,
    );
  const seed = options.seed ?? randomBytes(6).toString('hex');
  const drawnAt = Date.now();
  const id = `${surface}-${new Date(drawnAt).toISOString().slice(0, 16).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
  const { count } = options;
  const batch = composeBatch(
    { id, surface, rubric, fingerprint, returnedModel, from, to, seed, drawnAt, count },
    candidates,
  );
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

/** A text that was forgotten is missing here and there; where more are missing, a window is too old. */
const mostForgotten = 0.05;

async function readItems({ judgements }: RatingPlace, batch: RatingBatch): Promise<PageItem[]> {
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
    console.error(`Left out: ${gone} responses whose texts are gone (forgotten, or just expired).`);
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

function when(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

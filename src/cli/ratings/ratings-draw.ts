import { randomBytes } from 'node:crypto';
import { readCandidates } from '#adapters/dynamodb/draw-candidates.ts';
import { BatchSizeError } from '#adapters/dynamodb/rating-store.ts';
import { rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { ceilTo, day, floorTo, hour } from '#core/time.ts';
import { requireSurface } from '../target/catalogue.ts';
import { openRatingTarget, type RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import { isoMinute, requireInstant } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { readItems, writeFiles } from './ratings-files.ts';
import { batchJson } from './ratings-json.ts';
import { formatBatch } from './ratings-text.ts';

export interface DrawOptions extends TargetOptions, JsonOptions {
  readonly surface: string;
  readonly count: number;
  readonly rubric?: string;
  /** Instants as they were typed. */
  readonly from?: string;
  readonly to?: string;
  readonly seed?: string;
  readonly out: string;
  /** Whom raters are told to send their file to. */
  readonly sendTo?: string;
}

const usualWindow = 7 * day;
const longestWindow = 92 * day;

/** Draws a batch, stores it, and writes its CSV file and rating page. */
export async function drawRatings(options: DrawOptions): Promise<void> {
  const times = {
    from: options.from === undefined ? undefined : requireInstant('--from', options.from),
    to: options.to === undefined ? undefined : requireInstant('--to', options.to),
  };
  const target = await openRatingTarget(options);
  try {
    const { batch, rubric } = await draw(target, options, times);
    const items = await readItems(target, batch);
    await target.ratings.writeBatch(batch).catch((error: unknown) => {
      throw error instanceof BatchSizeError ? new CliError(`--count: ${error.message}.`) : error;
    });
    const files = await writeFiles(options.out, { batch, rubric, items, sendTo: options.sendTo });
    print(
      options.json === true
        ? JSON.stringify(batchJson(batch, files), null, 2)
        : formatBatch(batch, files, items.length, target.flags),
    );
  } finally {
    await target.close();
  }
}

async function draw(
  target: RatingTarget,
  options: DrawOptions,
  times: { readonly from: number | undefined; readonly to: number | undefined },
): Promise<{ batch: RatingBatch; rubric: Rubric }> {
  const surface = requireSurface(target.catalogue, options.surface);
  const rubric = chooseRubric(target, surface, options.rubric);
  const to = ceilTo(times.to ?? target.now, hour);
  const fingerprint = judgeFingerprint(rubric);
  // Ratings of what another judge has scored under this one's name calibrate nothing.
  const changedAt = (await target.countsFrom(judgeName(rubric, fingerprint))) ?? Number.NEGATIVE_INFINITY;
  const start = floorTo(times.from ?? to - usualWindow, hour);
  if (!(start < to)) throw new CliError('--from must lie before --to.');
  const from = Math.max(start, changedAt);
  if (from >= to)
    throw new CliError(
      `The judge of ${rubricName(rubric)} changed on ${isoMinute(changedAt)} by its anchors, and only responses judged since then can calibrate it. Draw again when some hours of them are judged.`,
    );
  if (to - from > longestWindow)
    throw new CliError(`Wanted a window of at most ${longestWindow / day} days.`);
  const { candidates, returnedModel } = await readCandidates(target.judgements, {
    surface,
    rubric,
    from,
    to,
  });
  if (candidates.length === 0)
    throw new CliError(
      `Nothing of ${surface} was judged under ${rubricName(rubric)} from ${isoMinute(from)} to ${isoMinute(to)}. Choose another window with --from and --to.`,
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

function chooseRubric({ catalogue }: RatingTarget, surface: string, id: string | undefined): Rubric {
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

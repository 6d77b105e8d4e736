import { inParallel } from '#adapters/in-parallel.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { openRatingTarget, type RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { readItems, writeFiles } from './ratings-files.ts';
import { batchJson } from './ratings-json.ts';
import { formatBatch } from './ratings-text.ts';

export interface OpenOptions extends TargetOptions, JsonOptions {
  readonly out: string;
  /** Whom raters are told to send their file to. */
  readonly sendTo?: string;
}

/** Writes the CSV file and the rating page of a batch that is stored. */
export async function openBatch(id: string, options: OpenOptions): Promise<void> {
  const target = await openRatingTarget(options);
  try {
    const batches = await readAllBatches(target);
    const batch = batches.find((each) => each.id === id);
    if (batch === undefined) {
      const newest = batches.slice(0, 5).map((each) => each.id);
      throw new CliError(
        `There is no batch "${id}" here. ${newest.length === 0 ? 'None was drawn yet: npx assay ratings draw --surface NAME' : `The newest: ${newest.join(', ')}`}.`,
      );
    }
    const rubric = findRubric(target.catalogue, batch.rubric);
    if (rubric === undefined)
      throw new CliError(`The rubric ${rubricName(batch.rubric)} of this batch is not in rubrics/ any more.`);
    const items = await readItems(target, batch);
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

/** Every stored batch, the newest first. One Query a surface and rubric version. */
async function readAllBatches({ catalogue, ratings }: RatingTarget): Promise<RatingBatch[]> {
  const groups = catalogue.surfaces.flatMap(({ surface }) =>
    catalogue.rubrics.map(({ id, version }) => ({ surface, rubric: { id, version } })),
  );
  const found: RatingBatch[] = [];
  await inParallel(groups, 16, async (group) => {
    found.push(...(await ratings.readBatches(group)));
  });
  return found.sort((a, b) => b.drawnAt - a.drawnAt);
}

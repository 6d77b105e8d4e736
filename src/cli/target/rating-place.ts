import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import {
  type AnchorProgressByJudge,
  createSeriesStore,
  readAnchorProgress,
} from '#adapters/dynamodb/series-store.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { CliError } from '../terminal/output.ts';
import { requireCatalogue } from './catalogue.ts';

/** Which Assay a command speaks to: a local run's folder, or a deployed stack by name. */
export interface PlaceOptions {
  readonly local: string;
  readonly stack?: string;
}

/** A place where responses are judged and rated. */
export interface RatingPlace {
  readonly catalogue: Catalogue;
  readonly ratings: ReturnType<typeof createRatingStore>;
  readonly judgements: ReturnType<typeof createJudgementStore>;
  /** Epoch milliseconds: the time of the last evaluation, which in a replayed history is not today's. */
  readonly now: number;
  /** Where the scoring of each judge's anchors stood then. */
  readonly anchors: AnchorProgressByJudge;
  /** Since when a judge (by name) scores as it does now, epoch milliseconds; undefined where it never changed. */
  countsFrom(judge: string): Promise<number | undefined>;
  /** Takes a ratings file in. The report is missing where it did not come in time; `reportAt` says where it will be. */
  upload(file: string): Promise<{ report: AcceptanceReport | undefined; reportAt: string }>;
  /** What to add to a command so that it speaks to the same place. */
  readonly option: string;
  close(): Promise<void>;
}

/** @throws CliError where there is no such place */
export async function openRatingPlace(options: PlaceOptions): Promise<RatingPlace> {
  return options.stack === undefined ? openLocal(options.local) : openStack(options.stack);
}

async function openLocal(folder: string): Promise<RatingPlace> {
  const { openLocalRun } = await import('./local-run.ts');
  const session = await openLocalRun(folder);
  try {
    return {
      ...(await openTables(session.catalogue, {
        judgements: String(process.env[env.judgementTable]),
        ratings: String(process.env[env.ratingTable]),
        series: String(process.env[env.seriesTable]),
      })),
      async upload(file) {
        const { uploadRatingFile } = await import('#local/replay/upload-rating-file.ts');
        return { report: await uploadRatingFile({ path: file }, Date.now()), reportAt: folder };
      },
      option: folder === '.assay' ? '' : ` --local ${folder}`,
      close: () => session.stop(),
    };
  } catch (error) {
    await session.stop();
    throw error;
  }
}

async function openStack(stack: string): Promise<RatingPlace> {
  const { findStackStorage, uploadToStack } = await import('./stack-storage.ts');
  const storage = await findStackStorage(stack);
  return {
    ...(await openTables(await requireCatalogue(), storage)),
    upload: (file) => uploadToStack(storage.bucket, file),
    option: ` --stack ${stack}`,
    close: async () => undefined,
  };
}

interface TableNames {
  readonly judgements: string;
  readonly ratings: string;
  readonly series: string;
}

async function openTables(catalogue: Catalogue, tables: TableNames) {
  const dynamo = createDynamo();
  const { tick } = await createSeriesStore(dynamo, tables.series).readControl();
  const sets = createAnchorStore(dynamo, tables);
  return {
    catalogue,
    ratings: createRatingStore(dynamo, tables.ratings),
    judgements: createJudgementStore(dynamo, tables.judgements, catalogue.retention),
    now: tick?.tick ?? Date.now(),
    anchors: readAnchorProgress(tick),
    countsFrom: async (judge: string) => (await sets.readSet(judge))?.countsFrom,
  };
}

/** A surface of the catalogue. @throws CliError naming those that there are */
export function requireSurface(catalogue: Catalogue, name: string): string {
  const known = catalogue.surfaces.map(({ surface }) => surface);
  if (!known.includes(name))
    throw new CliError(`--surface: there is no surface "${name}" here. Known: ${known.join(', ')}.`);
  return name;
}

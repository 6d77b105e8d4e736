import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore, readStates, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import type { SloStanding } from '#core/report/slo-reading.ts';
import type { ControlReading } from '#core/series/control.ts';
import { minute } from '#core/time.ts';
import type { StoredSurface } from '#lambdas/slo-evaluator/evaluate-surface.ts';
import type { Session } from '#local/session/session.ts';
import { CliError, oneLine } from '../terminal/output.ts';
import { requireCatalogue } from './catalogue.ts';
import { openLocalRun } from './local-run.ts';
import { findStackResource, requireStackName } from './stack-names.ts';

export interface SourceOptions {
  readonly local: string;
  readonly stack?: string;
}

/** An Assay that was asked how it is: a local run, or a deployed stack. */
export interface ReportSource {
  /** Folder or stack name. */
  readonly name: string;
  readonly stage: string;
  readonly catalogue: Catalogue;
  readonly dynamo: DynamoDBClient;
  readonly tables: { readonly series: string; readonly judgements: string; readonly ratings: string };
  readonly store: SeriesStore;
  readonly control: ControlReading;
  /** When the SLOs were last evaluated, epoch milliseconds of the responses' own time; undefined where they never were. */
  readonly evaluatedAt: number | undefined;
  /** How old that is by the clock on the wall; a replayed history has no age. */
  readonly age: number | undefined;
  readonly standings: readonly SloStanding[];
  /** Which judge a local run asks; undefined for a stack. */
  readonly judge: string | undefined;
  /** What whoever reads its numbers must know of them. */
  readonly caveats: readonly string[];
  /** Present for a local run. */
  readonly session: Session | undefined;
  /** What to add to a command so that it speaks to the same place. */
  readonly option: string;
  close(): Promise<void>;
}

/** An evaluation older than this says nothing of now: the evaluator runs each minute. */
export const oldestEvaluation = 15 * minute;

/** @throws CliError where there is no such run or stack, with what to do */
export async function openSource(options: SourceOptions): Promise<ReportSource> {
  return options.stack === undefined ? openLocal(options.local) : openStack(options.stack);
}

async function openLocal(folder: string): Promise<ReportSource> {
  const session = await openLocalRun(folder);
  try {
    const judge = await judgeOf(folder);
    return await read({
      name: folder,
      stage: process.env[env.stage] ?? 'local',
      catalogue: session.catalogue,
      dynamo: createDynamo(),
      tables: {
        series: String(process.env[env.seriesTable]),
        judgements: String(process.env[env.judgementTable]),
        ratings: String(process.env[env.ratingTable]),
      },
      session,
      judge,
      caveats:
        judge === 'simulated'
          ? ['The judge of this run is SIMULATED: its scores say nothing of your answers.']
          : [],
      option: folder === '.assay' ? '' : ` --local ${folder}`,
      close: () => session.stop(),
    });
  } catch (error) {
    await session.stop();
    throw error;
  }
}

/** A local run notes in its folder which judge it asked. */
async function judgeOf(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'session.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { judge?: { kind?: string } }).judge?.kind;
}

async function openStack(stack: string): Promise<ReportSource> {
  requireStackName(stack);
  const catalogue = await requireCatalogue();
  const dynamo = createDynamo();
  try {
    const tables = await findTables(dynamo, stack);
    return await read({
      name: stack,
      stage: stack.replace(/^assay-/, ''),
      catalogue,
      dynamo,
      tables,
      session: undefined,
      judge: undefined,
      caveats: [],
      option: ` --stack ${stack}`,
      close: async () => dynamo.destroy(),
    });
  } catch (error) {
    dynamo.destroy();
    if (error instanceof CliError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `AWS could not be asked about the stack "${stack}": ${oneLine(message, 300)}. Are credentials and AWS_REGION of its account set?`,
    );
  }
}

/** Tables of a stack by the names that CloudFormation gave them. */
async function findTables(dynamo: DynamoDBClient, stack: string): Promise<ReportSource['tables']> {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: dynamo }, {}))
    names.push(...TableNames);
  const find = (part: string) => findStackResource(stack, part, 'table', names);
  return {
    series: find('StorageSeriesTable'),
    judgements: find('StorageJudgementTable'),
    ratings: find('StorageRatingTable'),
  };
}

type Place = Omit<ReportSource, 'store' | 'control' | 'evaluatedAt' | 'age' | 'standings'>;

async function read(place: Place): Promise<ReportSource> {
  const store = createSeriesStore(place.dynamo, place.tables.series);
  const control = await store.readControl();
  const states = readStates(control.tick);
  const evaluatedAt = control.tick?.tick;
  return {
    ...place,
    store,
    control,
    evaluatedAt,
    age: place.session === undefined && evaluatedAt !== undefined ? Date.now() - evaluatedAt : undefined,
    standings: place.catalogue.surfaces.flatMap(({ surface, slos }) =>
      slos.map((slo) => ({ slo, reading: ((states[surface] ?? {}) as StoredSurface)[slo.id]?.reading })),
    ),
  };
}

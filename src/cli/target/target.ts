import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import type { SloStanding } from '#core/report/slo-reading.ts';
import { type ControlReading, evaluatedUpTo } from '#core/series/control.ts';
import { minute } from '#core/time.ts';
import type { StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { Session, SessionChanges } from '#local/session/session.ts';
import { CliError } from '../terminal/cli-error.ts';
import { printAside } from '../terminal/print.ts';
import { oneLine } from '../terminal/text.ts';
import { type JudgeKind, localTables, openLocalRun, readJudgeKind } from './local-run.ts';
import type { StackResources, TableNames } from './stack-resources.ts';
import { type TargetOptions, targetFlags } from './target-options.ts';

/** The local run, or the deployed stack, that a command speaks to. */
export interface Target {
  /** Folder or stack name. */
  readonly name: string;
  readonly stage: string;
  readonly catalogue: Catalogue;
  readonly dynamo: DynamoDBClient;
  readonly tables: TableNames;
  readonly store: SeriesStore;
  readonly control: ControlReading;
  /** When the SLOs were last evaluated, epoch milliseconds of the responses' own time; undefined where they never were. */
  readonly evaluatedAt: number | undefined;
  /** How old that is by the clock on the wall; a replayed history has no age. */
  readonly age: number | undefined;
  readonly standings: readonly SloStanding[];
  /** Which judge a local run asks; undefined for a stack. */
  readonly judge: JudgeKind | undefined;
  /** What whoever reads its numbers must know of them. */
  readonly caveats: readonly string[];
  /** Present for a stack. */
  readonly resources: StackResources | undefined;
  /** Present for a local run. */
  readonly session: Session | undefined;
  /** What to add to a command so that it speaks to the same target. */
  readonly flags: string;
  close(): Promise<void>;
}

/** An evaluation older than this says nothing of now: the evaluator runs each minute. */
export const oldestEvaluation = 15 * minute;

/**
 * @param changes for a local run
 * @throws CliError where there is no such run or stack, with what to do
 */
export async function openTarget(options: TargetOptions, changes?: SessionChanges): Promise<Target> {
  const flags = targetFlags(options);
  return options.stack === undefined
    ? openLocal(options.local, flags, changes)
    : openStack(options.stack, flags);
}

async function openLocal(folder: string, flags: string, changes?: SessionChanges): Promise<Target> {
  const session = await openLocalRun(folder, changes);
  try {
    const judge = await readJudgeKind(folder);
    return await readStandings({
      name: folder,
      stage: process.env[env.stage] ?? 'local',
      catalogue: session.catalogue,
      dynamo: createDynamo(),
      tables: localTables(),
      resources: undefined,
      session,
      judge,
      caveats:
        judge === 'simulated'
          ? ['The judge of this run is SIMULATED: its scores say nothing of your answers.']
          : [],
      flags,
      close: () => session.stop(),
    });
  } catch (error) {
    await session.stop();
    throw error;
  }
}

/** The run of a session that this process holds itself. */
export async function joinSession(session: Session, name: string, catalogue: Catalogue): Promise<Target> {
  const dynamo = createDynamo();
  return readStandings({
    name,
    stage: process.env[env.stage] ?? 'local',
    catalogue,
    dynamo,
    tables: localTables(),
    resources: undefined,
    session,
    judge: undefined,
    caveats: [],
    flags: '',
    close: async () => dynamo.destroy(),
  });
}

async function openStack(stack: string, flags: string): Promise<Target> {
  const [{ requireStackResources }, { describeDifference, requireStackCatalogue }] = await Promise.all([
    import('./stack-resources.ts'),
    import('./stack-catalogue.ts'),
  ]);
  const resources = await requireStackResources(stack);
  const catalogue = await requireStackCatalogue(stack);
  // Beside the output, which may be JSON.
  const difference = await describeDifference(stack, catalogue, process.cwd());
  if (difference !== undefined) printAside(difference);
  const dynamo = createDynamo();
  try {
    return await readStandings({
      name: stack,
      stage: resources.stage,
      catalogue,
      dynamo,
      tables: resources.tables,
      resources,
      session: undefined,
      judge: undefined,
      caveats: [],
      flags,
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

type Opened = Omit<Target, 'store' | 'control' | 'evaluatedAt' | 'age' | 'standings'>;

async function readStandings(opened: Opened): Promise<Target> {
  const store = createSeriesStore(opened.dynamo, opened.tables.series);
  const control = await store.readControl();
  const states = readStates(control);
  const evaluatedAt = evaluatedUpTo(control);
  return {
    ...opened,
    store,
    control,
    evaluatedAt,
    age: opened.session === undefined && evaluatedAt !== undefined ? Date.now() - evaluatedAt : undefined,
    standings: opened.catalogue.surfaces.flatMap(({ surface, slos }) =>
      slos.map((slo) => ({ slo, reading: ((states[surface] ?? {}) as StoredSurface)[slo.id]?.reading })),
    ),
  };
}

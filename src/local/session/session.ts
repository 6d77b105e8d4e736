import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { keyVariable } from '#core/judges/judge-place.ts';
import { env, unfilledJudgeKey } from '#core/names.ts';
import { cloudwatchFile, findDroppedBytes, findMissingBytes, measureTables } from '../disk-faults.ts';
import type { AwsEndpoints } from '../servers/embedded-aws.ts';
import { type JudgeChoice, type Servers, startServers } from '../servers/servers.ts';
import { LocalStack, useEnvironment } from '../stack/local-stack.ts';
import type { Templates } from '../stack/provision.ts';
import { restoreQueues, type SavedQueues, saveQueues } from '../stack/saved-queues.ts';
import { describeHolder, type Holder, holdFolder, readHolder, releaseFolder } from './holder.ts';
import { clearLocalFolder, readLocalState, writeLocalState, writeOwn } from './local-folder.ts';

export interface SessionOptions {
  /** Folder that keeps the state. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  /** Synthesizes the stack's templates; called while the servers start. */
  readonly synthesize: () => Templates;
  readonly judge: JudgeChoice | { readonly kind: 'openai' };
  readonly onError: (functionName: string, error: unknown) => void;
  /** Told in a sentence where the servers break; unless given, it is said on stderr and the process ends with 1. */
  readonly onBroken?: (message: string) => void;
}

/** What a command that opens a run has otherwise than the run. */
export interface SessionChanges {
  /** Who answers in this session; the run's own judge stays noted. */
  readonly judge?: SessionOptions['judge'] | undefined;
  /** The catalogue for this session and later ones. */
  readonly catalogue?: ((stored: Catalogue) => Catalogue) | undefined;
}

/** What a session leaves in its folder, for the commands that come later. */
interface SessionRecord {
  readonly judge: JudgeChoice | { readonly kind: 'openai' };
  readonly templates: Templates;
  /** Processes that were killed, each with what was in its memory. */
  readonly killed?: readonly number[];
  /** What whoever reads it later must know of it, such as that it was stopped half way. */
  readonly remark?: string;
  /** Bytes of the tables' files, of a session that ended. */
  readonly tables?: Readonly<Record<string, number>>;
  /** Of a session that lives. */
  readonly live?: {
    readonly pid: number;
    readonly endpoints: AwsEndpoints;
    readonly environment: Readonly<Record<string, string>>;
    readonly queues: Readonly<Record<string, string>>;
  };
}

/** A local stack with its servers. */
export interface Session {
  readonly catalogue: Catalogue;
  readonly endpoints: AwsEndpoints;
  /** Queue URLs by logical id. */
  readonly queues: Readonly<Record<string, string>>;
  /** Absent where another process runs the stack. */
  readonly stack: LocalStack | undefined;
  readonly servers: Servers | undefined;
  /** What people should know of the state that was opened. */
  readonly notice?: string | undefined;
  /** @param remark for whoever opens the state later */
  stop(remark?: string): Promise<void>;
}

export type LiveSession = Session & { readonly stack: LocalStack; readonly servers: Servers };

/** One simulated minute of waiting is one second, except where a real judge's own pace counts. */
const localTimeFactor = 60;

const recordFile = 'session.json';
const catalogueFile = 'catalogue.json';
const queuesFile = 'queues.json';

/** Starts a session in a cleared folder. @throws Error where the folder is not ours to clear */
export async function startSession(options: SessionOptions): Promise<LiveSession> {
  await clearLocalFolder(options.folder);
  const { judge } = options;
  // Later commands may stand in another folder.
  return launch(
    judge.kind === 'recorded' ? { ...options, judge: { ...judge, file: resolve(judge.file) } } : options,
    [],
  );
}

/**
 * Opens the state that a run left: joins a session that lives, else starts the servers on its files.
 *
 * @throws Error where the folder holds no run
 */
export async function openSession(
  folder: string,
  onError: SessionOptions['onError'],
  { judge, catalogue: change = (stored) => stored }: SessionChanges = {},
): Promise<Session> {
  await readLocalState(folder);
  const holder = await readHolder(folder);
  const record = await readState<SessionRecord>(folder, recordFile, holder);
  const catalogue = await readState<Catalogue>(folder, catalogueFile, holder);
  if (record.live !== undefined && record.live.pid === holder?.pid) {
    const { endpoints, environment, queues } = record.live;
    // One that has no server of judges asks the real ones.
    const isReal = environment[env.judgeUrl] === '';
    useEnvironment(endpoints, environment, isReal ? catalogue : undefined);
    return {
      catalogue,
      endpoints,
      queues,
      stack: undefined,
      servers: undefined,
      stop: async () => undefined,
    };
  }
  const changed = change(catalogue);
  await holdFolder(folder);
  const killed = [...(record.killed ?? []), ...(record.live === undefined ? [] : [record.live.pid])];
  const cutOff = await findCutOff(folder);
  const missing = await findMissingBytes(folder, record.tables ?? {});
  // Whoever opens the tables may write them anew, also where the session then does not come up.
  await writeOwn(join(folder, recordFile), JSON.stringify({ ...record, tables: undefined }));
  const session = await launch(
    {
      folder,
      catalogue: changed,
      synthesize: () => record.templates,
      judge: judge ?? record.judge,
      onError,
    },
    killed,
    record.judge,
    record.remark,
  );
  const notices = [
    ...(record.remark === undefined ? [] : [record.remark]),
    ...killed.map(describeKill),
    ...cutOff.map((file) => describeCutOff(folder, file)),
    ...describeDropped(folder, missing + (await findDroppedBytes(folder))),
  ];
  return { ...session, notice: notices.length === 0 ? undefined : notices.join('\n') };
}

function describeKill(pid: number): string {
  return `A session of this run (process ${pid}) was killed: messages that waited in its queues and what it measured since its start are lost with its memory. Judgements, counters and ratings that were stored are there. For a whole picture run it again.`;
}

/** Files of which the rest of the state makes sense without them. */
const lost: Readonly<Record<string, string>> = {
  [queuesFile]: 'messages that waited in the queues',
  [cloudwatchFile]: 'metrics and the states of alarms',
};

async function findCutOff(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of Object.keys(lost)) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    try {
      if (text !== undefined) JSON.parse(text);
    } catch {
      found.push(file);
    }
  }
  return found;
}

function describeCutOff(folder: string, file: string): string {
  return `The file ${file} of the run in ${folder} is cut off or damaged: ${lost[file]} are lost.`;
}

function describeDropped(folder: string, bytes: number): string[] {
  return bytes === 0
    ? []
    : [
        `The tables of the run in ${folder} are damaged: ${bytes} bytes of what was stored are gone or cannot be read, and what is told of the run lacks them. For a whole picture run it again.`,
      ];
}

/** @throws Error in a sentence, where a file of the run's state is missing or damaged */
async function readState<State>(folder: string, file: string, holder: Holder | undefined): Promise<State> {
  try {
    return JSON.parse(await readFile(join(folder, file), 'utf8')) as State;
  } catch (error) {
    if (holder !== undefined) throw new Error(describeHolder(folder, holder));
    const fault = error instanceof SyntaxError ? 'is cut off or damaged' : 'cannot be read';
    throw new Error(
      `The run in ${folder} cannot be opened: its file ${file} ${fault}. Start a new one with "npm start" or "npx assay run", which replaces it.`,
    );
  }
}

async function launch(
  { folder, catalogue, synthesize, judge, onError, onBroken = endBroken }: SessionOptions,
  killed: readonly number[],
  noted = judge,
  noticed?: string,
): Promise<LiveSession> {
  const real = judge.kind === 'openai';
  const timeFactor = real ? 1 : localTimeFactor;
  const starting = startServers({
    folder,
    timeFactor,
    judge: real ? { kind: 'simulated' } : judge,
    onBroken,
  });
  // Synthesis keeps this process busy while the servers' own process starts.
  const synthesis = Promise.resolve().then(synthesize);
  synthesis.catch(() => undefined);
  const servers = await starting.catch(async (error: unknown) => {
    await releaseFolder(folder);
    throw error;
  });
  try {
    const templates = await synthesis;
    const stack = await LocalStack.start({
      endpoints: servers.endpoints,
      judgeUrl: real ? undefined : servers.judgeUrl,
      // Only what asks a judge misses its key, and says so.
      judgeKey: (entry) =>
        real ? process.env[keyVariable(entry)] || unfilledJudgeKey : 'local-judge-needs-no-key',
      templates,
      catalogue,
      catalogueFile: join(folder, catalogueFile),
      timeFactor,
      onError,
    });
    const saved = await readSavedQueues(folder);
    if (saved !== undefined) await restoreQueues(stack.provisioned.queues, saved);
    const record: SessionRecord = {
      judge: noted,
      templates,
      ...(killed.length > 0 && { killed }),
      ...(noticed !== undefined && { remark: noticed }),
    };
    const { endpoints } = servers;
    const live = {
      pid: process.pid,
      endpoints,
      environment: stack.environment,
      queues: stack.provisioned.queues,
    };
    await writeOwn(join(folder, recordFile), JSON.stringify({ ...record, live }));
    await writeLocalState(folder, { made: 'by assay' });
    return {
      catalogue,
      endpoints,
      queues: stack.provisioned.queues,
      stack,
      servers,
      async stop(remark = noticed) {
        await stack.stop();
        try {
          const waiting = await saveQueues(endpoints.AWS_ENDPOINT_URL_SQS, stack.provisioned.queues);
          await writeOwn(join(folder, queuesFile), JSON.stringify(waiting));
        } finally {
          await servers.stop();
          const tables = await measureTables(folder);
          await writeOwn(
            join(folder, recordFile),
            JSON.stringify({ ...record, tables, ...(remark !== undefined && { remark }) }),
          );
          await releaseFolder(folder);
        }
      },
    };
  } catch (error) {
    await servers.stop().catch(() => undefined);
    await releaseFolder(folder);
    throw error;
  }
}

function endBroken(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function readSavedQueues(folder: string): Promise<SavedQueues | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, queuesFile), 'utf8')) as SavedQueues;
  } catch {
    return undefined;
  }
}

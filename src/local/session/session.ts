import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { cloudwatchFile, findDroppedBytes, findMissingBytes } from '../disk-faults.ts';
import { useEnvironment } from '../stack/local-environment.ts';
import { describeHolder, type Holder, holdFolder, readHolder } from './holder.ts';
import type { LiveSession, Session, SessionOptions } from './launch.ts';
import { clearLocalFolder, readLocalState, writeOwn } from './local-folder.ts';
import { catalogueFile, queuesFile, recordFile, type SessionRecord } from './session-record.ts';

export type { LiveSession, Session, SessionOptions };

/** What a command that opens a run has otherwise than the run. */
export interface SessionChanges {
  /** Who answers in this session; the run's own judge stays noted. */
  readonly judge?: SessionOptions['judge'] | undefined;
  /** The catalogue for this session and later ones. */
  readonly catalogue?: ((stored: Catalogue) => Catalogue) | undefined;
}

/** Who only joins a session loads nothing of what starts one. */
const launch: typeof import('./launch.ts').launch = async (...args) =>
  (await import('./launch.ts')).launch(...args);

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

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { keyVariable } from '#core/judges/judge-place.ts';
import { unfilledJudgeKey } from '#core/names.ts';
import { measureTables } from '../disk-faults.ts';
import type { AwsEndpoints } from '../servers/embedded-aws.ts';
import { type JudgeChoice, type Servers, startServers } from '../servers/servers.ts';
import { LocalStack } from '../stack/local-stack.ts';
import type { Templates } from '../stack/provision.ts';
import { restoreQueues, type SavedQueues, saveQueues } from '../stack/saved-queues.ts';
import { releaseFolder } from './holder.ts';
import { writeLocalState, writeOwn } from './local-folder.ts';
import { catalogueFile, queuesFile, recordFile, type SessionRecord } from './session-record.ts';

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

/**
 * Starts the servers and the stack of a session on what its folder holds.
 *
 * @param killed processes of this run that were killed before
 * @param noted the run's own judge, where this session has another
 * @param noticed what whoever opens the state must know of it
 */
export async function launch(
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

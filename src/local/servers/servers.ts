import { type ChildProcess, fork } from 'node:child_process';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AwsEndpoints } from './embedded-aws.ts';

export type JudgeChoice =
  | { readonly kind: 'recorded'; readonly file: string }
  | { readonly kind: 'simulated' };

export type ServersRequest =
  | {
      readonly kind: 'start';
      readonly folder?: string | undefined;
      readonly timeFactor: number;
      readonly judge: JudgeChoice;
    }
  | { readonly kind: 'asked' }
  | { readonly kind: 'stop' };

export type ServersReply =
  | { readonly kind: 'started'; readonly endpoints: AwsEndpoints; readonly judgeUrl: string }
  | { readonly kind: 'asked'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
  /** Unasked: the process ends now. */
  | { readonly kind: 'broken'; readonly message: string };

/** The embedded servers in a process of their own. */
export interface Servers {
  readonly endpoints: AwsEndpoints;
  readonly judgeUrl: string;
  /** How often the judge was asked about each response. */
  asked(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

/** Starts the servers' process. @throws Error with the servers' own words where they cannot start; the process has then ended */
export async function startServers(options: {
  folder?: string | undefined;
  timeFactor: number;
  judge: JudgeChoice;
  /** Told once, in a sentence, where the servers break while they are used. */
  onBroken?: ((message: string) => void) | undefined;
}): Promise<Servers> {
  const { onBroken, ...request } = options;
  const child = prepared?.connected === true ? prepared : forkServers();
  prepared = undefined;
  child.ref();
  child.channel?.ref();
  const started = await ask(child, { kind: 'start', ...request }).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  if (started.kind !== 'started') throw new Error('the local servers did not start');
  child.on('message', (reply: ServersReply) => {
    if (reply.kind === 'broken') onBroken?.(reply.message);
  });
  return {
    endpoints: started.endpoints,
    judgeUrl: started.judgeUrl,
    async asked() {
      const reply = await ask(child, { kind: 'asked' });
      return new Map(Object.entries(reply.kind === 'asked' ? reply.counts : {}));
    },
    async stop() {
      if (child.exitCode === null && child.connected) await ask(child, { kind: 'stop' });
    },
  };
}

/** Started before anybody asked for it. */
let prepared: ChildProcess | undefined;

/** Starts the servers' process ahead of `startServers`, while this one loads what it needs. Unused, it ends with this one. */
export function prepareServers(): void {
  prepared ??= forkServers();
  prepared.unref();
  prepared.channel?.unref();
}

function forkServers(): ChildProcess {
  const compiled = module.getCompileCacheDir();
  return fork(fileURLToPath(new URL('./servers-process.ts', import.meta.url)), {
    env: { ...process.env, ...(compiled !== undefined && { NODE_COMPILE_CACHE: compiled }) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** A child that lives on would keep this process alive. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill();
  });
}

function ask(child: ChildProcess, request: ServersRequest): Promise<ServersReply> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`the local servers' process ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (reply: ServersReply) => {
      child.off('exit', onExit);
      if (reply.kind === 'failed' || reply.kind === 'broken') reject(new Error(reply.message));
      else resolve(reply);
    });
    child.send(request);
  });
}

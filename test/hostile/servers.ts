import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import type { Observed } from './observer.ts';

export interface HostileSetup {
  readonly seed: string;
  /** Waiting times of the queues are divided by it. */
  readonly timeFactor: number;
  /** Records between two kills of the handlers. */
  readonly killEvery: number;
  /** Calls of the judge that are expected, about: its storms come at shares of them. */
  readonly expectedCalls: number;
}

export type HostileRequest =
  | ({ readonly kind: 'start' } & HostileSetup)
  /** The handlers' process from now on. */
  | { readonly kind: 'watch'; readonly pid: number }
  /** No faults and no kills from now on. */
  | { readonly kind: 'calm' }
  | { readonly kind: 'observed' }
  | { readonly kind: 'stop' };

export type HostileReply =
  | {
      readonly kind: 'started';
      /** As the handlers see them: through what goes wrong. */
      readonly hostile: AwsEndpoints;
      readonly direct: AwsEndpoints;
      readonly judgeUrl: string;
    }
  | { readonly kind: 'observed'; readonly observed: Observed }
  | { readonly kind: 'done' };

/** The embedded servers with everything that goes wrong in them, in a process of their own. */
export class HostileServers {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(setup: HostileSetup) {
    const child = fork(fileURLToPath(new URL('./servers-process.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
    });
    const servers = new HostileServers(child);
    const started = await servers.#ask({ kind: 'start', ...setup });
    if (started.kind !== 'started') throw new Error('the hostile servers did not start');
    return { servers, ...started };
  }

  async watch(pid: number): Promise<void> {
    await this.#ask({ kind: 'watch', pid });
  }

  async calm(): Promise<void> {
    await this.#ask({ kind: 'calm' });
  }

  async observed(): Promise<Observed> {
    const reply = await this.#ask({ kind: 'observed' });
    if (reply.kind !== 'observed') throw new Error(`wanted what was observed, got "${reply.kind}"`);
    return reply.observed;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.connected) await this.#ask({ kind: 'stop' });
    this.#child.kill();
  }

  #line: Promise<unknown> = Promise.resolve();

  /** One question at a time: answers carry no number. */
  #ask(request: HostileRequest): Promise<HostileReply> {
    const turn = this.#line.then(
      () =>
        new Promise<HostileReply>((resolve, reject) => {
          const onExit = (code: number | null) =>
            reject(new Error(`the hostile servers' process ended with code ${code}`));
          this.#child.once('exit', onExit);
          this.#child.once('message', (reply: HostileReply) => {
            this.#child.off('exit', onExit);
            resolve(reply);
          });
          this.#child.send(request);
        }),
    );
    this.#line = turn.catch(() => undefined);
    return turn;
  }
}

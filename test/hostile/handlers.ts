import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PollerSetup } from '../support/pollers.ts';
import type { HostileStack } from './stack.ts';
import { timeFactor } from './stack.ts';
import type { WorkerReply, WorkerRequest } from './worker.ts';

/** How long a tick may take before its process is taken for dead. */
const longestTickMs = 120_000;

/** What became of a tick of the schedule, epoch milliseconds. `killed`: its process died at it. */
export interface TickOutcome {
  readonly tick: number;
  readonly outcome: 'published' | 'failed' | 'killed';
}

/** Keeps one process of the handlers running, whatever happens to it, and has it tick. */
export class Handlers {
  peakBytes = 0;
  ticks = { published: 0, failed: 0, killed: 0 };
  readonly tickLog: TickOutcome[] = [];
  starts = 0;
  readonly #stack: HostileStack;
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Of the tick under way. */
  #outcome: (reply: WorkerReply & { kind: 'ticked' }) => void = () => undefined;
  #died: () => void = () => undefined;

  constructor(stack: HostileStack) {
    this.#stack = stack;
  }

  start(): Promise<void> {
    this.starts += 1;
    const setup: PollerSetup = { mappings: this.#stack.provisioned.eventSources, timeFactor };
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [JSON.stringify(setup)], {
      execArgv: [],
      env: this.#stack.environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.once('exit', () => {
      this.#died();
      if (!this.#stopped) void this.start();
    });
    this.#ready = new Promise((resolve) => {
      child.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'memory') this.peakBytes = Math.max(this.peakBytes, reply.peakBytes);
        if (reply.kind === 'ticked') this.#outcome(reply);
        // It begins once the servers know of it: calls until then are its predecessor's.
        if (reply.kind === 'ready' && child.pid !== undefined)
          void this.#stack.servers.watch(child.pid).then(() => {
            child.send({ kind: 'begin' } satisfies WorkerRequest, () => resolve());
          });
      });
      child.once('exit', () => resolve());
    });
    return this.#ready;
  }

  /** One tick of the schedule. As on AWS it is not tried again. @returns whether the evaluator finished it */
  async tick(at: number): Promise<boolean> {
    await this.#ready;
    const child = this.#child;
    if (child === undefined || !child.connected) return false;
    const outcome = await new Promise<TickOutcome['outcome']>((resolve) => {
      this.#outcome = (reply) => {
        if (reply.tick === at) resolve(reply.error === undefined ? 'published' : 'failed');
      };
      this.#died = () => resolve('killed');
      child.send({ kind: 'tick', tick: at } satisfies WorkerRequest, (error) => {
        if (error !== null) resolve('killed');
      });
      void pause(longestTickMs, undefined, { ref: false }).then(() => resolve('failed'));
    });
    this.ticks[outcome] += 1;
    this.tickLog.push({ tick: at, outcome });
    return outcome === 'published';
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}

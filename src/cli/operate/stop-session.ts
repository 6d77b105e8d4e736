import { type Holder, readHolder } from '#local/session/holder.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';

export interface StopOptions extends Pick<TargetOptions, 'local'>, JsonOptions {}

/** A run writes what waits in its queues before it ends. Milliseconds. */
const longestEnd = 60_000;
const look = 100;

/** Ends the session of a folder and waits for it. Where none lives there is nothing to do. */
export async function stopSession({ local, json }: StopOptions): Promise<void> {
  const holder = await readHolder(local);
  if (holder === undefined) {
    print(json === true ? JSON.stringify({ stopped: null }) : `No session lives in ${local}.`);
    return;
  }
  // Other commands hold a folder for seconds, and would leave it unsaved.
  if (isServed(holder)) askToEnd(holder);
  await waitForEnd(local, holder);
  print(
    json === true
      ? JSON.stringify({ stopped: holder.pid })
      : `The session in ${local} (process ${holder.pid}) has ended. Its state is there for the other commands.`,
  );
}

function isServed({ command }: Holder): boolean {
  return /^assay (--no-color )?(run|demo)\b/.test(command);
}

function askToEnd({ pid }: Holder): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return;
    throw new CliError(`Process ${pid} is another user's: who started it may stop it.`);
  }
}

async function waitForEnd(folder: string, { pid, since }: Holder): Promise<void> {
  for (const end = Date.now() + longestEnd; Date.now() < end; ) {
    const now = await readHolder(folder);
    if (now === undefined || now.pid !== pid || now.since !== since) return;
    await new Promise((resolve) => setTimeout(resolve, look));
  }
  throw new CliError(
    `Process ${pid} was asked to end ${longestEnd / 1000} s ago and still lives. "kill -9 ${pid}" ends it at once; messages that wait in its queues are then lost.`,
  );
}

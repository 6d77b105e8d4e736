import { openTarget } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { readStatus } from './status-read.ts';
import { formatStatus } from './status-text.ts';

export interface StatusOptions extends TargetOptions, JsonOptions {}

/** Prints how a local run or a deployed stack is. */
export async function showStatus(options: StatusOptions): Promise<void> {
  const target = await openTarget(options);
  try {
    const status = await readStatus(target);
    print(options.json === true ? JSON.stringify(status, null, 2) : formatStatus(status, target.flags));
  } finally {
    await target.close();
  }
}

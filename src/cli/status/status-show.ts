import { openSource } from '../target/target.ts';
import type { StatusOptions } from './status.ts';
import { readStatus } from './status-read.ts';
import { statusWords } from './status-text.ts';

/** Prints how a local run or a deployed stack is. */
export async function showStatus(options: StatusOptions): Promise<void> {
  const source = await openSource(options);
  try {
    const status = await readStatus(source);
    console.log(options.json === true ? JSON.stringify(status, null, 2) : statusWords(status, source.option));
  } finally {
    await source.close();
  }
}

import { readStatus } from './read-status.ts';
import { openSource } from './report-source.ts';
import type { StatusOptions } from './status.ts';
import { statusWords } from './status-output.ts';

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

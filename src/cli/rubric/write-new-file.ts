import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { CliError } from '../terminal/cli-error.ts';

/** Writes a file that is not there yet. @throws CliError where it is */
export async function writeNewFile(root: string, file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new CliError(`${relative(root, file)} exists already; edit it, or remove it first.`);
    throw error;
  });
}

import { access, constants, stat } from 'node:fs/promises';
import { CliError } from './cli-error.ts';

/**
 * A file that somebody named, before anything is done for it.
 *
 * @param named the option or the argument that names it
 * @throws CliError where it is a folder, or cannot be read
 */
export async function requireFile(named: string, file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw new CliError(`${named}: ${file} is a folder. Name a file in it.`);
  await access(file, constants.R_OK).catch(() => {
    throw new CliError(`${named}: there is no readable file ${file}.`);
  });
}

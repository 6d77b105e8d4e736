import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { tellNoRoom } from '../disk-faults.ts';
import { holderFile, holdFolder } from './holder.ts';

/** In a run's folder, whether or not a run has been there: results of simulations, which no run takes away. */
export const simulationsFile = 'simulations.json';

/** Marks a folder as ours, so that clearing one never takes anything else. */
const markerFile = 'assay-local.json';

/**
 * Makes an empty folder for a run's state, which this user alone may read. State of an earlier run is replaced.
 *
 * @throws Error where the folder holds something that no run of ours has put there, or a process that lives works in it
 */
export async function clearLocalFolder(folder: string): Promise<void> {
  const entries = (await readdir(folder).catch((): string[] => [])).filter((name) => !isKept(name));
  if (entries.length > 0 && !entries.includes(markerFile)) {
    throw new Error(
      `${folder} holds files that no assay run has put there. Name another folder with --local, or empty it.`,
    );
  }
  await makeFolder(folder, 0o700);
  await chmod(folder, 0o700);
  await holdFolder(folder);
  for (const entry of await readdir(folder))
    if (entry !== holderFile && !isKept(entry))
      await rm(join(folder, entry), { recursive: true, force: true });
  await writeOwn(join(folder, markerFile), '{}\n');
}

function isKept(name: string): boolean {
  return name.startsWith(simulationsFile);
}

/** Writes a file that this user alone may read: texts of others may stand in it. */
export async function writeOwn(file: string, text: string): Promise<void> {
  await tellNoRoom(dirname(file), () => writeFile(file, text, { mode: 0o600 }));
}

export async function writeLocalState(folder: string, state: object): Promise<void> {
  await writeOwn(join(folder, markerFile), `${JSON.stringify(state, null, 2)}\n`);
}

export async function readLocalState(folder: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(join(folder, markerFile), 'utf8')) as Record<string, unknown>;
  } catch {
    throw new Error(
      `There is no local run in ${folder}. Start one with "npm start" or "npx assay run --responses FILE", or name its folder with --local.`,
    );
  }
}

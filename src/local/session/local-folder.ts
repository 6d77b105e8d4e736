import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Marks a folder as ours, so that clearing one never takes anything else. */
const markerFile = 'assay-local.json';

/**
 * Makes an empty folder for a run's state. State of an earlier run is replaced.
 *
 * @throws Error where the folder holds something that no run of ours has put there
 */
export async function clearLocalFolder(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  if (entries.length > 0 && !entries.includes(markerFile)) {
    throw new Error(
      `${folder} holds files that no assay run has put there. Name another folder with --local, or empty it.`,
    );
  }
  for (const entry of entries) await rm(join(folder, entry), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, markerFile), '{}\n');
}

export async function writeLocalState(folder: string, state: object): Promise<void> {
  await writeFile(join(folder, markerFile), `${JSON.stringify(state, null, 2)}\n`);
}

export async function readLocalState(folder: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(join(folder, markerFile), 'utf8')) as Record<string, unknown>;
  } catch {
    throw new Error(
      `There is no local run in ${folder}. Start one with "npm start" or "npx assay run", or name its folder with --local.`,
    );
  }
}

import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In a run's folder: where the tables are, and what CloudWatch measured from one session to the next. */
export const tableFolder = 'dynamodb';
export const cloudwatchFile = 'cloudwatch.json';

const codesOfNoRoom: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Whether something could not be written, for there is no room left: the system's word, or that of the tables' store. */
export function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, cause, message } = error as NodeJS.ErrnoException;
  const said = /no space left on device|disk quota exceeded|file too large/i.test(message);
  return codesOfNoRoom.includes(code) || said || isNoRoom(cause);
}

export function describeNoRoom(folder: string): string {
  return `There is no room left on the disk of ${folder}: what could not be written there is lost. Free some, or name a folder on another disk with --local, and start the run again.`;
}

/** Of a file that is none of a run's: a report, what synthesis makes. */
export function describeNoRoomAtAll(error: unknown): string {
  const { path } = error as NodeJS.ErrnoException;
  return `There is no room left to write ${path ?? 'a file, in the working folder or that for temporary files (TMPDIR)'}. Free some, and run the command again.`;
}

/** @throws Error in a sentence where there is no room left; any other error as it is */
export async function tellNoRoom<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw isNoRoom(error) ? new Error(describeNoRoom(folder)) : error;
  }
}

const probeFile = 'room.tmp';
const probeBytes = 64 * 1024;

/** A store that fails does not always say of what: a full disk is told by trying. */
export async function hasRoom(folder: string): Promise<boolean> {
  const probe = join(folder, probeFile);
  try {
    await writeFile(probe, Buffer.alloc(probeBytes), { mode: 0o600 });
    return true;
  } catch (error) {
    return !isNoRoom(error);
  } finally {
    await rm(probe, { force: true });
  }
}

/**
 * What is to be said where the servers of a run break.
 *
 * @param folder of the run; undefined where all is in memory
 * @param isStarting whether they break at opening what lies there
 */
export async function describeBrokenServers(
  folder: string | undefined,
  isStarting: boolean,
  error: unknown,
): Promise<string> {
  const words = error instanceof Error ? error.message : String(error);
  if (folder !== undefined) {
    if (isNoRoom(error) || !(await hasRoom(folder))) return describeNoRoom(folder);
    if (isStarting) return describeDamagedTables(folder);
  }
  return `The local servers broke (${words}), and with them the run. What was stored until then is there.`;
}

export function describeDamagedTables(folder: string): string {
  return `The tables of the run in ${folder} are damaged and cannot be opened. Start a new run with "npm start" or "npx assay run", which replaces it.`;
}

/** What of the tables could not be read when they were opened, and was left out: the store says so in its log. */
export async function findDroppedBytes(folder: string): Promise<number> {
  const log = await readFile(join(folder, tableFolder, 'LOG'), 'utf8').catch(() => '');
  let bytes = 0;
  for (const [, dropped] of log.matchAll(/dropping (\d+) bytes; Corruption/g)) bytes += Number(dropped);
  return bytes;
}

/** Bytes of each file of the tables, as they lie there while nobody works with them. */
export async function measureTables(folder: string): Promise<Record<string, number>> {
  const tables = join(folder, tableFolder);
  const files = await readdir(tables).catch((): string[] => []);
  // What the store writes about itself says nothing of what is kept.
  const kept = files.filter((file) => /\.(?:log|ldb|sst)$/.test(file));
  return Object.fromEntries(
    await Promise.all(kept.map(async (file) => [file, (await stat(join(tables, file))).size] as const)),
  );
}

/** How much of the tables is gone since they were measured, bytes. */
export async function findMissingBytes(
  folder: string,
  measured: Readonly<Record<string, number>>,
): Promise<number> {
  const now = await measureTables(folder);
  return Object.entries(measured).reduce(
    (sum, [file, bytes]) => sum + Math.max(0, bytes - (now[file] ?? 0)),
    0,
  );
}

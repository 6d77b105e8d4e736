import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '#core/shell-word.ts';
import { tellNoRoom } from '../disk-faults.ts';

/** The process that works in a run's folder. */
export interface Holder {
  readonly pid: number;
  /** When it took the folder, ISO 8601. */
  readonly since: string;
  /** As it was called, such as `assay run --responses x.jsonl`. */
  readonly command: string;
  /** When the process began, in the words of this machine: another process may get its id later. */
  readonly born: string;
  /** Where its page is. */
  readonly url?: string;
}

export const holderFile = 'holder.json';

/** The process that holds a folder and lives; undefined where none does. */
export async function readHolder(folder: string): Promise<Holder | undefined> {
  const holder = await parseHolder(folder);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

async function parseHolder(folder: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, holderFile), 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/**
 * Takes a folder for this process.
 *
 * @returns whether a process held it that is gone: killed, for it would have given it back
 * @throws Error that names the holder and what to do, where a process that lives holds it
 */
export async function holdFolder(folder: string): Promise<{ afterKill: boolean }> {
  const own: Holder = {
    pid: process.pid,
    since: new Date().toISOString(),
    command: ['assay', ...process.argv.slice(2)].join(' ').slice(0, 200),
    born: bornAt(process.pid) ?? '',
  };
  const path = join(folder, holderFile);
  const write = () =>
    tellNoRoom(folder, () => writeFile(path, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o600 }));
  try {
    await write();
    return { afterKill: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await readHolder(folder);
  if (holder !== undefined) throw new Error(describeHolder(folder, holder));
  await rm(path, { force: true });
  await write();
  return { afterKill: true };
}

export async function releaseFolder(folder: string): Promise<void> {
  await rm(join(folder, holderFile), { force: true });
}

/** Tells later commands where the page of this process is. */
export async function noteAddress(folder: string, url: string): Promise<void> {
  const holder = await parseHolder(folder);
  if (holder?.pid !== process.pid) return;
  await tellNoRoom(folder, () =>
    writeFile(join(folder, holderFile), `${JSON.stringify({ ...holder, url })}\n`),
  );
}

export function describeHolder(folder: string, { pid, since, command, url }: Holder): string {
  const at = url === undefined ? '' : `, ${url}`;
  const flag = folder === '.assay' ? '' : ` --local ${shellWord(folder)}`;
  return `A session lives in ${folder} (pid ${pid}${at}; "${command}" since ${since}). Stop it with "npx assay stop${flag}", or use --local DIR.`;
}

function isAlive({ pid, born }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be asked, but is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = bornAt(pid);
  return now === undefined || born === '' || now === born;
}

/** When a process began; undefined where this machine does not tell. */
function bornAt(pid: number): string | undefined {
  try {
    // Field 22 of proc(5), counted behind the command, which may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // No Linux: ask ps, which macOS and BSD have.
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

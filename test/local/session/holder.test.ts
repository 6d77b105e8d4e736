import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { holdFolder, noteAddress, readHolder, releaseFolder } from '#local/session/holder.ts';
import { clearLocalFolder } from '#local/session/local-folder.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-holder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const asHolder = async (folder: string, change: object) => {
  const path = join(folder, 'holder.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
};

it('a folder is held by one process, which the second is told of', async () => {
  const folder = await temporaryFolder();
  expect(await holdFolder(folder)).toEqual({ afterKill: false });
  expect(await readHolder(folder)).toMatchObject({
    pid: process.pid,
    command: expect.stringMatching(/^assay/),
  });
  await expect(holdFolder(folder)).rejects.toThrow(
    new RegExp(
      `A session lives in .* \\(pid ${process.pid}; "assay.*" since 20.*\\)\\. Stop it with "npx assay stop --local .*", or use --local DIR`,
    ),
  );
  await noteAddress(folder, 'http://127.0.0.1:1/');
  await expect(holdFolder(folder)).rejects.toThrow(`(pid ${process.pid}, http://127.0.0.1:1/; `);
  await releaseFolder(folder);
  await noteAddress(folder, 'http://127.0.0.1:1/');
  expect(await readHolder(folder)).toBeUndefined();
  expect(await holdFolder(folder)).toEqual({ afterKill: false });
});

it('a folder of a process that is gone is free, also where another process has its id now', async () => {
  const folder = await temporaryFolder();
  await holdFolder(folder);
  await asHolder(folder, { pid: 2 ** 22 + 1 });
  expect(await readHolder(folder)).toBeUndefined();
  expect(await holdFolder(folder)).toEqual({ afterKill: true });
  await asHolder(folder, { born: 'another time' });
  expect(await readHolder(folder)).toBeUndefined();
  expect(await holdFolder(folder)).toEqual({ afterKill: true });
  // A note that was cut off names nobody.
  await writeFile(join(folder, 'holder.json'), '{"pid":');
  expect(await holdFolder(folder)).toEqual({ afterKill: true });
});

it('a run takes no folder that another one works in, and leaves its files there', async () => {
  const folder = join(await temporaryFolder(), 'state');
  await clearLocalFolder(folder);
  await writeFile(join(folder, 'tables'), 'x');
  await expect(clearLocalFolder(folder)).rejects.toThrow('A session lives in');
  expect(await readFile(join(folder, 'tables'), 'utf8')).toBe('x');
  await releaseFolder(folder);
  await clearLocalFolder(folder);
  await expect(readFile(join(folder, 'tables'))).rejects.toThrow('ENOENT');
});

it('a folder and its files are for this user alone', async () => {
  const folder = join(await temporaryFolder(), 'state');
  await clearLocalFolder(folder);
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect(await mode(folder)).toBe('700');
  for (const file of ['holder.json', 'assay-local.json'])
    expect(await mode(join(folder, file)), file).toBe('600');
});

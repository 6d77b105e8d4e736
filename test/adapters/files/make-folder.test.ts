import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '#adapters/files/make-folder.ts';

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-folder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it('makes a folder with those over it, many at once too, and leaves one that is there', async () => {
  const root = await freshFolder();
  const deep = join(root, 'a/b/c');
  await Promise.all([makeFolder(deep, 0o700), makeFolder(deep, 0o700), makeFolder(join(root, 'a/b/d'))]);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  await makeFolder(deep);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  await makeFolder('/');
});

it('says what is in the way', async () => {
  const root = await freshFolder();
  await writeFile(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(root, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.skipIf(!existsSync('/proc/self'))('ends where a file system has no room for folders', async () => {
  await expect(makeFolder('/proc/assay/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
});

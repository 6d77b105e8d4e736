import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  describeBrokenServers,
  findDroppedBytes,
  findMissingBytes,
  hasRoom,
  isNoRoom,
  measureTables,
  tellNoRoom,
} from '#local/disk-faults.ts';

async function runFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-disk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'dynamodb'));
  return folder;
}

it.skipIf(!existsSync('/dev/full'))('a full disk is told in a sentence, with what to do', async () => {
  const writing = tellNoRoom('/some/run', () => writeFile('/dev/full', 'x'));
  await expect(writing).rejects.toThrow(/^There is no room left on the disk of \/some\/run: .*--local/);
});

it.each([
  Object.assign(new Error('file too large, write'), { code: 'EFBIG' }),
  new Error('IO error: /x/000003.log: No space left on device'),
  new Error('Database is not open', { cause: Object.assign(new Error('y'), { code: 'EDQUOT' }) }),
])('is known by what the system and the store say: %s', (error) => {
  expect(isNoRoom(error)).toBe(true);
  expect(isNoRoom(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toBe(false);
});

it('what breaks the servers is told by when: at opening it is the tables', async () => {
  const folder = await runFolder();
  const error = new Error('Database is closed');
  expect(await describeBrokenServers(folder, true, error)).toBe(
    `The tables of the run in ${folder} are damaged and cannot be opened. Start a new run with "npm start" or "npx assay run", which replaces it.`,
  );
  expect(await describeBrokenServers(folder, false, error)).toContain('broke (Database is closed)');
  expect(await describeBrokenServers(undefined, true, error)).toContain('broke (Database is closed)');
  expect(await hasRoom(folder)).toBe(true);
  expect(await readdir(folder)).toEqual(['dynamodb']);
});

it('what is gone from the tables or was left out at opening them is counted', async () => {
  const folder = await runFolder();
  const file = (name: string) => join(folder, 'dynamodb', name);
  await writeFile(file('000003.log'), 'x'.repeat(1_000));
  await writeFile(file('000005.ldb'), 'x'.repeat(500));
  await writeFile(file('LOG'), '2026 Recovering log #3\n');
  const measured = await measureTables(folder);
  expect(measured).toEqual({ '000003.log': 1_000, '000005.ldb': 500 });
  expect(await findMissingBytes(folder, measured)).toBe(0);
  await truncate(file('000003.log'), 30);
  await rm(file('000005.ldb'));
  expect(await findMissingBytes(folder, measured)).toBe(1_470);
  expect(await findDroppedBytes(folder)).toBe(0);
  await writeFile(
    file('LOG'),
    'a.log: dropping 120 bytes; Corruption: x\na.log: dropping 7 bytes; Corruption: y\n',
  );
  expect(await findDroppedBytes(folder)).toBe(127);
});

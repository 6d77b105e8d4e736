import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { keepSimulation } from '#local/session/kept-simulations.ts';
import { clearLocalFolder } from '#local/session/local-folder.ts';

const schema = z.strictObject({ value: z.number().nullable() });
let root: string;
let folder: string;
let file: string;
let made: number;
const simulate = (content: unknown, value: number | null = 1) =>
  keepSimulation(folder, content, schema, () => {
    made += 1;
    return { value };
  });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-simulations-'));
  folder = join(root, '.assay');
  file = join(folder, 'simulations.json');
  made = 0;
});

test('what was made of the same content is not made again, by this user alone', async () => {
  expect(await simulate({ perDay: 1 }, null)).toEqual({ value: null });
  expect(await simulate({ perDay: 1 })).toEqual({ value: null });
  expect(await simulate({ perDay: 2 })).toEqual({ value: 1 });
  expect(made).toBe(2);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test.each([
  ['cut off', (text: string) => text.slice(0, 40)],
  ['of another form', () => '{"simulations":[{"key":1}]}'],
  ['with another result', (text: string) => text.replace('"value":1', '"value":"1"')],
  ['empty', () => ''],
  ['without end', () => `[${' '.repeat(2 ** 20)}]`],
])('a file that is %s is made anew', async (_, damage) => {
  await simulate('same');
  await writeFile(file, damage(await readFile(file, 'utf8')));
  expect(await simulate('same')).toEqual({ value: 1 });
  expect(await simulate('same')).toEqual({ value: 1 });
  expect(made).toBe(2);
});

test('the newest are kept, and a run leaves them where they are', async () => {
  for (let each = 0; each < 40; each += 1) await simulate(each);
  await clearLocalFolder(folder);
  await simulate(39);
  expect(made).toBe(40);
  await simulate(0);
  expect(made).toBe(41);
  expect(JSON.parse(await readFile(file, 'utf8')).simulations).toHaveLength(32);
});

test('a folder that cannot be written to costs no result', async () => {
  await writeFile(folder, 'a file');
  await chmod(folder, 0o400);
  expect(await simulate('anything')).toEqual({ value: 1 });
});

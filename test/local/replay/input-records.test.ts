import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readInputRecords } from '#local/replay/input-records.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-input-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = join(folder, 'responses.jsonl');
  await writeFile(file, text);
  return readInputRecords(file);
}

const noon = Date.parse('2026-11-03T12:00:00Z');

it('keeps a record in one piece whatever characters its texts hold, and drops a byte order mark', async () => {
  const record = JSON.stringify({ at: '2026-11-03T12:00:00Z', text: 'a\u2028b\u2029c\u0085d' });
  expect(record).toContain('\u2028');
  const found = await read(`\uFEFF${record}\r\n\n${record}`);
  expect(found.map(({ body }) => body)).toEqual([record, record]);
});

it('keeps long lines whole', async () => {
  const record = JSON.stringify({ at: '2026-11-03T12:00:00Z', text: 'ü'.repeat(200_000) });
  expect((await read(`${record}\n${record}\n`)).map(({ body }) => body)).toEqual([record, record]);
});

it.each([
  ['a year that will not come', '9999-12-31T00:00:00Z'],
  ['no time at all', 'soon'],
  ['the beginning of time', '1970-01-01T00:00:00Z'],
  ['a number beyond any calendar', 1e300],
])('replays a record of %s with the line before it, not by its own clock', async (_, at) => {
  const lines = [
    { at: '2026-11-03T12:00:00Z', id: 1 },
    { at: '2026-11-03T12:10:00Z', id: 2 },
    { at, id: 3 },
    { at: '2026-11-03T12:20:00Z', id: 4 },
  ];
  const found = await read(lines.map((line) => JSON.stringify(line)).join('\n'));
  expect(found.map((record) => (record.at - noon) / 60_000)).toEqual([0, 10, 10, 20]);
  expect(found[2]?.body).toContain('"id":3');
});

it('orders by time', async () => {
  const found = await read('{"at":"2026-11-03T12:00:00Z"}\n{"at":"2026-11-03T11:00:00Z"}\nnonsense\n');
  expect(found.map(({ at }) => (at - noon) / 3_600_000)).toEqual([-1, -1, 0]);
  expect(await read('nonsense\n')).toMatchObject([{ at: 0 }]);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readInputFile, readInputRecords, timeOf } from '#local/replay/input-records.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-input-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string | Uint8Array) {
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
  const before = Date.now();
  const [alone] = await read('nonsense\n');
  expect(alone?.at).toBeGreaterThanOrEqual(before);
});

const whole = (id: string) => ({ id, at: '2026-11-03T12:00:00Z', surface: 'chat', status: 'success' });
const idsOf = async (text: string | Uint8Array) =>
  (await read(text)).map(({ body, line }) => [(JSON.parse(body) as { id: string }).id, line]);

it.each<[string, string | Uint8Array, [string, number][]]>([
  [
    'lines',
    `${JSON.stringify(whole('a'))}\r\n\r\n${JSON.stringify(whole('b'))}`,
    [
      ['a', 1],
      ['b', 3],
    ],
  ],
  [
    'a list over lines',
    `\n${JSON.stringify([whole('a'), whole('b')], null, 1)}\n`,
    [
      ['a', 3],
      ['b', 9],
    ],
  ],
  [
    'a list on one line',
    JSON.stringify([whole('a'), whole('b')]),
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  [
    'objects over lines',
    [whole('a'), whole('b')].map((each) => JSON.stringify(each, null, 2)).join('\n'),
    [
      ['a', 1],
      ['b', 7],
    ],
  ],
  [
    'UTF-16 with a byte-order mark',
    Buffer.from(`\ufeff${JSON.stringify(whole('ä😀'))}\n${JSON.stringify(whole('b'))}`, 'utf16le'),
    [
      ['ä😀', 1],
      ['b', 2],
    ],
  ],
  [
    'times with a zone in any writing',
    JSON.stringify({ ...whole('a'), at: '2026-11-03T13:00:00+0100' }),
    [['a', 1]],
  ],
])('reads %s, each record with its line', async (_, text, ids) => {
  expect(await idsOf(text)).toEqual(ids);
  expect((await read(text)).map(({ at }) => at)).toEqual(ids.map(() => noon));
});

it('takes a list among lines for a record that is none, and so what does not close', async () => {
  const good = JSON.stringify(whole('a'));
  expect((await read(`[1,2]\n${good}`)).map(({ body }) => body)).toEqual(['[1,2]', good]);
  expect((await read(`{"id": "x\n${good}`)).map(({ body }) => body)).toEqual(['{"id": "x', good]);
});

it('leaves out what no message can hold, and tells its line', async () => {
  const large = JSON.stringify({ ...whole('large'), text: 'x'.repeat(5_000_000) });
  const file = join(folder, 'responses.jsonl');
  await writeFile(file, `${JSON.stringify(whole('a'))}\n${large}`);
  const { records, tooLarge } = await readInputFile(file);
  expect([records.length, tooLarge]).toEqual([1, [2]]);
});

it.each<[string, Uint8Array, RegExp]>([
  ['a compressed file', gzipSync(JSON.stringify(whole('a'))), /is compressed \(gzip\): unpack it first/],
  [
    'bytes that are no UTF-8',
    Buffer.concat([
      Buffer.from(`${JSON.stringify(whole('a'))}\n{"id":"`),
      Buffer.of(0xe4),
      Buffer.from('"}'),
    ]),
    /responses\.jsonl:2 holds bytes that are no UTF-8/,
  ],
  ['UTF-16 without its mark', Buffer.from(JSON.stringify(whole('a')), 'utf16le'), /:1 holds NUL characters/],
])('refuses %s in a sentence', async (_, bytes, words) => {
  await expect(read(bytes)).rejects.toThrow(words);
});

it('reads times that are numbers as seconds or milliseconds, and believes none that lies beyond the calendar', () => {
  const at = Date.UTC(2026, 10, 30);
  expect(timeOf({ at: at / 1_000 })).toBe(at);
  expect(timeOf({ at })).toBe(at);
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.bigInt().map(Number)), (number) => {
      const time = timeOf({ at: number });
      if (time !== undefined) expect(new Date(time).toISOString()).toMatch(/^\d{4}-/);
    }),
  );
});

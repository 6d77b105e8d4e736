import { describe, expect, it } from 'vitest';
import { CsvReader } from '#core/rating/csv-reader.ts';
import { CountsReader } from '#core/slo/replay/read-counts.ts';
import { minute } from '#core/time.ts';

function read(text: string): CountsReader {
  const csv = new CsvReader();
  const reader = new CountsReader();
  for (const record of [...csv.push(text), ...csv.end()]) {
    if (record.ok) reader.readLine(record.cells, record.line);
    else reader.refuse(record.line, record.reason);
  }
  return reader;
}

const head = 'at,slo,surface,good,total';

const good = '2026-01-05T00:00:00Z,judge-pass,chat,92,100';

describe('a counts file', () => {
  it('makes a series of each SLO of each surface', () => {
    const reader = read(
      `${head}\n${good}\n2026-01-05T00:05:00Z,judge-pass,chat,90,100\n2026-01-05T00:00:00Z,judge-pass,search,1,1\n`,
    );
    expect(reader.faults).toEqual([]);
    const [chat, search] = reader.histories();
    expect(chat).toMatchObject({ slo: 'judge-pass', surface: 'chat' });
    expect([...(chat?.series.buckets() ?? [])]).toEqual([
      { at: Date.UTC(2026, 0, 5), good: 92, total: 100 },
      { at: Date.UTC(2026, 0, 5, 0, 5), good: 90, total: 100 },
    ]);
    expect(search?.surface).toBe('search');
  });

  it.each([
    ['columns in another order', `total,good,surface,slo,at\n100,92,chat,judge-pass,2026-01-05T00:00:00Z`],
    ['further columns', `note,${head}\nx,${good}`],
    ['a byte order mark', `\uFEFF${head}\n${good}`],
    ['quotes and Windows line ends', `"at","slo",surface,good,total\r\n${good}\r\n`],
    ['semicolons', `${head}\n${good}`.replaceAll(',', ';')],
    [
      'capital column names and spaces around cells',
      `At, SLO ,Surface,Good,Total\n 2026-01-05 00:00 , judge-pass, chat, 92 , 100`,
    ],
    ['weights instead of whole numbers', `${head}\n2026-01-05T00:00:00Z,judge-pass,chat,92.0,1e2`],
  ])('is read with %s', (_, text) => {
    const reader = read(text);
    expect(reader.faults).toEqual([]);
    expect([...(reader.histories()[0]?.series.buckets() ?? [])]).toEqual([
      { at: Date.UTC(2026, 0, 5), good: 92, total: 100 },
    ]);
  });

  it.each([
    [
      'a day without a name',
      'yesterday,judge-pass,chat,1,2',
      1,
      /^at: wanted an instant such as .*got "yesterday"$/,
    ],
    ['31 February', '2026-02-31T00:00:00Z,judge-pass,chat,1,2', 1, /^at: /],
    ['a year nobody means', '0026-01-05T00:00:00Z,judge-pass,chat,1,2', 1, /^at: /],
    ['no SLO', '2026-01-05T00:00:00Z,,chat,1,2', 2, /^slo: wanted a value, got none$/],
    ['a name with the mark that parts keys', '2026-01-05T00:00:00Z,a#b,chat,1,2', 2, /^slo: wanted a name/],
    ['a negative count', '2026-01-05T00:00:00Z,judge-pass,chat,-1,2', 4, /^good: wanted a number from 0/],
    ['a count in words', '2026-01-05T00:00:00Z,judge-pass,chat,one,2', 4, /^good: .*got "one"$/],
    ['hexadecimal', '2026-01-05T00:00:00Z,judge-pass,chat,1,0x10', 5, /^total: /],
    ['infinity', '2026-01-05T00:00:00Z,judge-pass,chat,1,1e999', 5, /^total: /],
    [
      'more good than all',
      '2026-01-05T00:00:00Z,judge-pass,chat,3,2',
      4,
      /^good: wanted at most the 2 of total, got 3$/,
    ],
    ['a line that ends early', '2026-01-05T00:00:00Z,judge-pass,chat', 4, /^good: wanted a value, got none$/],
  ])('refuses a line with %s by its place, and reads the others', (_, line, column, reason) => {
    const reader = read(`${head}\n${line}\n${good}\n`);
    expect(reader.faults[0]).toMatchObject({ line: 2, column, reason: expect.stringMatching(reason) });
    expect(reader.rows).toBe(1);
  });

  it('refuses a quote that nobody closes by its line alone', () => {
    const reader = read(`${head}\n"2026-01-05,judge-pass,chat,1,2\n${good}\n`);
    expect(reader.faults).toMatchObject([{ line: 2, column: 0 }]);
    expect(reader.rows).toBe(1);
  });

  it('says which columns the first line lacks, and refuses no line after it', () => {
    const reader = read(`time,slo,surface,good,all\n${good}\n`);
    expect(reader.faults).toHaveLength(1);
    expect(reader.faults[0]?.reason).toContain('at, total are not there');
    expect(reader.histories()).toEqual([]);
  });

  it('refuses a column that is named twice', () => {
    expect(read(`${head},good\n${good},1`).faults).toMatchObject([
      { column: 6, reason: expect.stringContaining('twice') },
    ]);
  });

  it('cuts and quotes what it repeats of a line', () => {
    const reason =
      read(`${head}\n\u001b[31m${'x'.repeat(500)},judge-pass,chat,1,2\n`).faults[0]?.reason ?? '';
    expect(reason).not.toContain('\u001b');
    expect(reason.length).toBeLessThan(200);
  });

  it('adds lines of one bucket up and counts them', () => {
    const reader = read(`${head}\n${good}\n${good}\n`);
    expect(reader.histories()[0]?.series.between(0, Number.MAX_SAFE_INTEGER)).toEqual({
      good: 184,
      total: 200,
    });
    expect(reader.countRepeated()).toBe(1);
  });

  it('tells the first and the last instant with their lines', () => {
    const reader = read(
      `${head}\n${good}\n2226-01-05T00:00:00Z,judge-pass,chat,1,2\n2036-01-05T00:00:00Z,judge-pass,chat,1,2\n`,
    );
    expect(reader.faults).toMatchObject([{ line: 3 }]);
    expect(reader.span).toEqual({
      from: { at: Date.UTC(2026, 0, 5), line: 2 },
      to: { at: Date.UTC(2036, 0, 5), line: 4 },
    });
  });
});

describe('a column "healthy"', () => {
  const reader = read(
    `${head},healthy\n${good},1\n2026-01-05T00:05:00Z,judge-pass,chat,1,2,0\n2026-01-05T00:10:00Z,judge-pass,chat,1,2,yes\n`,
  );
  const start = Date.UTC(2026, 0, 5);
  const isHealthy = reader.histories()[0]?.isHealthy;

  it('tells of an instant the health of the bucket before it', () => {
    expect(
      [start + 5 * minute, start + 6 * minute, start + 10 * minute, start + 60 * minute].map((at) =>
        isHealthy?.(at),
      ),
    ).toEqual([true, false, false, false]);
  });

  it('wants 0 or 1', () => {
    expect(reader.faults).toMatchObject([
      { line: 4, column: 6, reason: expect.stringContaining('got "yes"') },
    ]);
  });

  it('is unknown without the column', () => {
    expect(read(`${head}\n${good}`).histories()[0]?.isHealthy).toBeUndefined();
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo, fromItem } from '#adapters/dynamodb/client.ts';
import { listKeys } from '#adapters/s3/object-versions.ts';
import { createS3, openText } from '#adapters/s3/rating-bucket.ts';
import { env } from '#core/names.ts';
import { minute } from '#core/time.ts';
import { type LiveSession, startSession } from '#local/session/session.ts';
import { findRatingBucket } from '#local/stack/upload-rating-file.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { templatesOf } from '../../support/templates.ts';

/** A local run that lives: responses of two users are judged, drawn and rated; then commands forget some of them. */

const start = Date.now() - 60 * minute;
const catalogue = testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 1, expectedPerDay: 20_000 }] });

const records = Array.from({ length: 12 }, (_, index) => ({
  id: `r${index}`,
  at: new Date(start + index * minute).toISOString(),
  surface: 'chat',
  status: 'success',
  user: index % 3 === 0 ? 'ann' : 'bob',
  request: { messages: [{ role: 'user', content: `question-of-r${index}-end` }] },
  response: { content: `answer-to-r${index}-end, ask help${index}@example.com` },
}));

let folder: string;
let session: LiveSession;
const dynamo = () => createDynamo();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-forget-'));
  const templates = await templatesOf(catalogue, 'local');
  session = await startSession({
    folder,
    catalogue,
    judge: { kind: 'simulated' },
    synthesize: () => templates,
    onError: () => undefined,
  });
  await session.stack.send(records.map((record) => JSON.stringify(record)));
  await session.stack.settle(20_000);
  const out = join(folder, 'drawn');
  const drawn = await assay(
    '.',
    'ratings',
    'draw',
    '--surface',
    'chat',
    '--count',
    '12',
    '--out',
    out,
    '--local',
    folder,
  );
  expect(drawn.stderr).toBe('');
  const file = (await readdir(out)).find((name) => name.endsWith('.csv')) ?? '';
  const text = await readFile(join(out, file), 'utf8');
  // What people get to see is redacted.
  const page = await readFile(join(out, file.replace('.csv', '.html')), 'utf8');
  for (const shown of [text, page]) {
    expect(shown).toContain('answer-to-r5-end, ask [email]');
    expect(shown).not.toMatch(/help\d/);
  }
  // What people fill in: who, how good, and a note that quotes the answer.
  const filled = text.replaceAll(/^(r\d+),,,,,/gm, '$1,cy,4,,note-on-$1-end,');
  expect(filled).toContain('note-on-r0-end');
  await writeFile(join(folder, 'filled.csv'), filled);
  expect((await assay('.', 'ratings', 'upload', join(folder, 'filled.csv'), '--local', folder)).code).toBe(0);
});

afterAll(async () => {
  await session?.stop();
  await rm(folder, { recursive: true, force: true });
});

const forget = (...args: string[]) => assay('.', 'forget', ...args, '--local', folder);
const forgotten = async (...args: string[]) => JSON.parse((await forget(...args, '--json')).stdout);

/** Everything that tables and bucket hold, as text; packed texts unpacked. */
async function everything(): Promise<{ table: string; bucket: string; items: Record<string, unknown>[] }> {
  const { inflateRawSync } = await import('node:zlib');
  const items: Record<string, unknown>[] = [];
  for (const name of [env.judgementTable, env.ratingTable]) {
    const pages = paginateScan({ client: dynamo() }, { TableName: process.env[name] });
    for await (const { Items = [] } of pages) items.push(...Items.map(fromItem));
  }
  const table = items
    .map((item) =>
      JSON.stringify(item, (_, value) =>
        value instanceof Uint8Array ? inflateRawSync(value).toString() : value,
      ),
    )
    .join('\n');
  const s3 = createS3();
  const bucket = await findRatingBucket(s3);
  let stored = '';
  for (const key of await listKeys(s3, bucket, ''))
    for await (const piece of (await openText(s3, { bucket, key })) ?? []) stored += piece;
  return { table, bucket: stored, items };
}

const itemsOf = (items: Record<string, unknown>[], id: string, pk: string) =>
  items.filter((item) => String(item.pk).startsWith(pk) && String(item.sk).startsWith(`${id}#`));

describe('assay forget', () => {
  it('shows what is stored of a response, and deletes nothing without --yes', async () => {
    const before = await everything();
    expect(before.table).toContain('question-of-r1-end');
    expect(before.table).toContain('note-on-r1-end');
    expect(before.bucket).toContain('answer-to-r1-end');
    expect(before.table).not.toContain('"ann"');
    const { code, stdout } = await forget('--response', 'r1');
    expect(code).toBe(0);
    expect(stdout).toContain('1 text with the judge’s reasons');
    expect(stdout).toContain('1 rating’s note');
    expect(stdout).toContain('rows of incoming/filled.csv');
    expect(stdout).toContain('Nothing was deleted.');
    expect(await everything()).toEqual(before);
  });

  it('takes a response’s words out of tables and files, keeps its scores, and has nothing left to do then', async () => {
    expect(await forgotten('--response', 'r1', '--yes')).toMatchObject({
      done: true,
      responses: 1,
      texts: 1,
      notes: 1,
      files: { rewritten: ['incoming/filled.csv'], removed: [] },
      scores: null,
    });
    const after = await everything();
    for (const words of ['question-of-r1-end', 'answer-to-r1-end', 'note-on-r1-end']) {
      expect(after.table).not.toContain(words);
      expect(after.bucket).not.toContain(words);
    }
    for (const words of ['question-of-r10-end', 'answer-to-r2-end', 'note-on-r10-end'])
      expect(after.table + after.bucket).toContain(words);
    expect(itemsOf(after.items, 'r1', 'judgement#')).toMatchObject([
      { state: 'judged', score: expect.any(Number) },
    ]);
    expect(itemsOf(after.items, 'r1', 'rating#')).toMatchObject([{ score: 4, past: [] }]);
    expect(after.bucket).toMatch(/r1,cy,4,/);
    expect(await forgotten('--response', 'r1', '--yes')).toMatchObject({
      texts: 0,
      notes: 0,
      files: { rewritten: [], removed: [], oldVersions: 0 },
    });
    expect((await forget('--response', 'r1')).stdout).toContain('Nothing is stored of this response');
  });

  it('leaves drawing possible', async () => {
    const out = join(folder, 'again');
    const drawn = await assay(
      '.',
      'ratings',
      'draw',
      '--surface',
      'chat',
      '--count',
      '12',
      '--out',
      out,
      '--local',
      folder,
    );
    expect(drawn).toMatchObject({ code: 0, stderr: expect.stringContaining('Left out: 1 ') });
  });

  it('removes a file that names the response and cannot be read row by row', async () => {
    const s3 = createS3();
    const bucket = await findRatingBucket(s3);
    const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    await put('incoming/broken.csv', 'response_id,rater_id,score,note\nr2,"cy,4,words\nof r2-canary\n');
    await put('incoming/other.csv', 'no header of ours\n"r77\n');
    expect((await forgotten('--response', 'r2', '--yes')).files).toEqual({
      rewritten: ['incoming/filled.csv'],
      removed: ['incoming/broken.csv'],
      oldVersions: 0,
    });
    const keys = await listKeys(s3, bucket, '');
    expect(keys).not.toContain('incoming/broken.csv');
    expect(keys).toContain('incoming/other.csv');
  });

  it('finds a user’s responses by the hash beside their texts, and drops scores where asked', async () => {
    const shown = await forgotten('--user', 'ann', '--scores');
    expect(shown).toMatchObject({
      done: false,
      of: 'user',
      responses: 4,
      texts: 4,
      scores: { judgements: 4, ratings: 4 },
    });
    expect(shown.scores.hours).toBeGreaterThan(0);
    await forget('--user', 'ann', '--scores', '--yes');
    const after = await everything();
    for (const id of ['r0', 'r3', 'r6', 'r9']) {
      expect(after.table + after.bucket).not.toContain(`question-of-${id}-end`);
      expect(itemsOf(after.items, id, 'judgement#')).toEqual([]);
      expect(itemsOf(after.items, id, 'rating#')).toEqual([]);
      expect(after.bucket).not.toMatch(new RegExp(`^${id},`, 'm'));
    }
    expect(after.table).toContain('question-of-r4-end');
    expect((await forget('--user', 'ann', '--yes')).stdout).toContain('No stored text carries this user');
    const pages = paginateScan({ client: dynamo() }, { TableName: process.env[env.seriesTable] });
    const marks: string[] = [];
    for await (const { Items = [] } of pages) marks.push(...Items.map((item) => String(fromItem(item).sk)));
    const hour = new Date(start).toISOString().slice(0, 13);
    expect(marks.some((sk) => sk.includes(`${hour}#chat#verdicts#helpfulness@1`))).toBe(true);
  });

  it('wants one response or one user', async () => {
    expect(await forget()).toMatchObject({ code: 2, stderr: expect.stringContaining('either --response') });
    expect((await forget('--response', 'a', '--user', 'b')).code).toBe(2);
    expect((await forget('--response', '')).stderr).toContain('--response: wanted');
    expect(await forget('--response', 'nobody')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Messages live at most 7 days'),
    });
  });
});

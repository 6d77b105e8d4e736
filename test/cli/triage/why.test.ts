import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';
import { hour, minute } from '#core/time.ts';
import { type LiveSession, startSession } from '#local/session/session.ts';
import { assay, assayWith } from '#test/support/assay.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { templatesOf } from '../../support/templates.ts';

/** A local run in which a canary release answers half of the traffic, and badly; then commands that look into it. */

const start = Date.UTC(2026, 0, 5, 0);
const canaryAt = start + 10 * hour;
const hostileAnswer = 'No.\u001b[31m</pre>\n```\n<script>alert(1)</script>';
let folder: string;
let session: LiveSession | undefined;

const catalogue = testCatalogue({
  surfaces: [
    { surface: 'chat', tier: 2, sampleRate: 1, slos: { 'judge-pass': 'on', 'first-token': 'on' } },
    { surface: 'default', tier: 3 },
  ],
});

const random = createRandom('canary');
const responses = Array.from({ length: 840 }, (_, index) => {
  const at = start + index * minute;
  const release = at >= canaryAt && index % 2 === 0 ? 'v42' : 'v41';
  const bad = random.uniform() < (release === 'v42' ? 0.6 : 0.04);
  return {
    at,
    score: bad ? 1 + random.integer(3) : 5,
    record: {
      id: `r${index}`,
      at: new Date(at).toISOString(),
      surface: 'chat',
      status: 'success',
      model: 'one-model',
      release,
      cohort: index % 3 === 0 ? 'eu' : 'us',
      request: { messages: [{ role: 'user', content: 'Why?' }] },
      response: { content: bad ? hostileAnswer : 'Because.' },
      timing: { ttftMs: 200 },
    },
  };
});

/** The recorded judge has no verdict of these. */
const unanswered: readonly unknown[] = ['r700', 'r702'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-why-'));
  const file = join(folder, 'verdicts.jsonl');
  await writeFile(
    file,
    responses
      .filter(({ record }) => !unanswered.includes(record.id))
      .map(({ record, score }) => JSON.stringify({ responseId: record.id, score }))
      .join('\n'),
  );
  // It lives on, so that each command joins it and starts no servers of its own.
  const templates = await templatesOf(catalogue, 'local');
  session = await startSession({
    folder: join(folder, 'local'),
    catalogue,
    judge: { kind: 'recorded', file },
    synthesize: () => templates,
    onError: () => undefined,
  });
  const { replay } = await import('#local/replay/replay.ts');
  await replay({
    stack: session.stack,
    records: responses.flatMap(({ at, record }, index) => {
      const body = JSON.stringify(record);
      const cutOff = index === 710 ? [{ at, body: body.slice(0, 40), surface: 'chat' }] : [];
      return [{ at, body, surface: 'chat' }, ...cutOff];
    }),
    tickMs: 30 * minute,
    onTick: () => undefined,
  });
});

afterAll(async () => {
  await session?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => assay('.', ...args, '--local', join(folder, 'local'));

describe('assay why', () => {
  it('tells when it began and which release carries it, in 80 columns', async () => {
    const local = join(folder, 'local');
    const { code, stdout, stderr } = await assayWith(
      { COLUMNS: '80' },
      '.',
      ...['why', 'judge-pass', '--surface', 'chat', '--local', local],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^Quality of chat \(judge-pass\) began to fall around 2026-01-05 (?:09:[45]|10:[0-3])\d UTC: 9\d\.\d% -> [67]\d\.\d% good; release v42 carries (?:all|9\d%) of the excess failures\./,
    );
    expect(stdout).toMatch(/> v42 +none +\d\d\.\d% of 1\d\d/);
    expect(stdout).toContain('cohort: spread evenly');
    expect(stdout).toContain('model: there is only one-model.');
    expect(stdout).toMatch(/2026-01-05 10:00 UTC .*release v42 first seen/);
    expect(stdout).toMatch(/(?:page|ticket) alarm on/);
    expect(stdout).toContain('answer: No.\\x1b[31m</pre>\\n```');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('npx assay postmortem chat/judge-pass --from 2026-01-05T');
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toMatch(/2 unjudgeable: .* First: r70[02]\. Nothing follows it/);
    expect(flat).toContain('Rejected: malformed-json 1.');
    const tooLong = stdout.split('\n').filter((line) => line.length > 80);
    expect(tooLong).toEqual([]);
  });

  it('says the same as JSON', async () => {
    const { stdout } = await run('why', 'chat/judge-pass', '--json', '--worst', '2');
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      slo: 'chat/judge-pass',
      began: { sure: 'clear', until: null },
      notCut: ['provider'],
      verdicts: { rubric: 'helpfulness@1', worst: [{ score: 1 }, { score: 1 }] },
    });
    expect(Math.abs(Date.parse(told.began.at) - canaryAt)).toBeLessThanOrEqual(30 * minute);
    const [release] = told.dimensions;
    expect(release).toMatchObject({ dimension: 'release', finding: 'carried' });
    expect(release.carriers[0]).toMatchObject({ name: 'v42', standsOut: true, isNew: true });
    expect(release.carriers[0].share + release.carriers[1].share).toBeCloseTo(1, 6);
  });

  it('finds no beginning where nothing fell, before it fell and in another SLO', async () => {
    const before = await run('why', 'chat/judge-pass', '--at', '2026-01-05T09:30:00Z');
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(before.stdout).toMatch(/^Quality of chat \(judge-pass\) has no clear beginning of a fall/);
    const other = await run('why', 'first-token');
    expect(other.stdout).toMatch(/^Latency of chat \(first-token\) has no clear beginning/);
    expect(other.stdout).toContain('No verdicts here: responses of this SLO are counted, not judged.');
  });

  it('wants an SLO and an instant that there are', async () => {
    expect(await run('why', 'judge-pass')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Name one: chat/judge-pass, default/judge-pass.'),
    });
    expect(await run('why', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Known ones:'),
    });
    expect(await run('why', 'judge-pass', '--surface', 'shop')).toMatchObject({
      code: 2,
      stderr: '--surface: there is no surface "shop" here. Known: chat, default.\n',
    });
    expect(await run('why', 'first-token', '--at', 'yesterday')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--at: /),
    });
  });
});

describe('assay postmortem', () => {
  const incident = ['--from', '2026-01-05T09:00:00Z', '--to', '2026-01-05T14:00:00Z'];

  it('writes a bundle in which nothing acts, and no second time over it', async () => {
    const out = join(folder, 'bundle');
    const written = await run('postmortem', 'chat/judge-pass', ...incident, '--out', out);
    expect(written).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`The postmortem is in ${join(out, 'postmortem.md')}`),
    });
    const [markdown, series, verdicts, data] = await Promise.all(
      ['postmortem.md', 'series.csv', 'verdicts.csv', 'data.json'].map((file) =>
        readFile(join(out, file), 'utf8'),
      ),
    );
    expect(markdown).toContain('release v42 carries');
    expect(markdown).toContain('Calibration at the end of the incident: missing');
    expect(markdown).not.toContain('<script>');
    expect(markdown).not.toContain('\u001b');
    expect(series).toContain(',judge-pass,chat,release,v42,');
    expect(verdicts?.split('\n').length).toBe(842 - unanswered.length);
    expect(JSON.parse(data ?? '')).toMatchObject({
      incident: { from: '2026-01-05T09:00:00.000Z' },
      impact: { countedShare: (300 - unanswered.length) / 300, responses: 300 },
      began: { sure: 'clear' },
    });

    expect(await run('postmortem', 'chat/judge-pass', ...incident, '--out', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already. Name another folder with --out, or replace'),
    });
    expect(await run('postmortem', 'chat/judge-pass', ...incident, '--out', out, '--force')).toMatchObject({
      code: 0,
    });
  });

  it('wants a time that is one', async () => {
    const wrong = ['--from', '2026-01-05T09:00:00Z', '--to', '2026-01-05T08:00:00Z'];
    expect(await run('postmortem', 'chat/judge-pass', ...wrong)).toMatchObject({
      code: 2,
      stderr: '--to: wanted an instant after --from.\n',
    });
  });
});

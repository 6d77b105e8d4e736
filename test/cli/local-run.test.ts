import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hour, minute } from '#core/time.ts';
import { startSession } from '#local/session/session.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { templatesOf } from '../support/templates.ts';

/** A local run that went wrong and ended; then gate, incident, report and rollback on what it left, each with the servers started anew. */

const start = Date.UTC(2026, 0, 5, 9);
let folder: string;

const catalogue = testCatalogue({
  surfaces: [
    { surface: 'chat', tier: 1, expectedPerDay: 20_000, slos: { 'first-token': 'on', availability: 'on' } },
    { surface: 'default', tier: 3 },
  ],
});

/** An hour in time and half an hour in which half the answers begin late. */
const records = Array.from({ length: 540 }, (_, index) => {
  const at = start + index * 10_000;
  const late = at >= start + hour && index % 2 === 0;
  return JSON.stringify({
    id: `r${index}`,
    at: new Date(at).toISOString(),
    surface: 'chat',
    status: 'success',
    timing: { ttftMs: late ? 2_000 : 200 },
  });
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-commands-'));
  const templates = await templatesOf(catalogue, 'local');
  const session = await startSession({
    folder,
    catalogue,
    judge: { kind: 'simulated' },
    synthesize: () => templates,
    onError: () => undefined,
  });
  const { replay } = await import('#local/replay/replay.ts');
  await replay({
    stack: session.stack,
    records: records.map((body, index) => ({ body, at: start + index * 10_000, surface: 'chat' })),
    tickMs: 5 * minute,
    onTick: () => undefined,
  });
  await session.stop();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => assay('.', ...args, '--local', folder);

describe('commands on a local run', () => {
  it('go from a standing rollback to a cleared one', async () => {
    const before = await run('gate', '--tier', '1');
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/chat\/first-token: a rollback alarm is on\. [\s\S]*Rollback: /);
    expect(before.stderr).toContain('SIMULATED');
    expect(await run('gate', '--tier', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('belong to tier 1'),
    });

    await run('incident', 'add', '--provider', 'openai', '--from', '2026-01-05T10:00Z', '--note', 'slow <b>');
    const report = await run('report');
    expect(report.stdout).toContain('# LLM quality');
    expect(report.stdout).toContain('first token in time (chat), breaking.');
    expect(report.stdout).toMatch(
      /\| chat\/first-token \| 95% \| 83\.3% of 540 \(under a day known\) \| overspent by 233\.3% \|/,
    );
    expect(report.stdout).toMatch(/- \*\*rollback: chat\/first-token, since 2026-01-05 10:\d\d UTC\*\*/);
    expect(report.stdout).toContain('openai, 2026-01-05 10:00 UTC goes on: slow &lt;b>');
    expect(report.stdout).toContain('SIMULATED');

    const cleared = await run('rollback', 'clear', 'chat/first-token');
    expect(cleared.stdout).toMatch(
      /It was evaluated once more, as of 2026-01-05 10:\d\d UTC: the alarm is off\./,
    );
    const after = JSON.parse((await run('gate', '--tier', '1', '--json')).stdout);
    expect(after.verdict).toBe('shut');
    expect(after.reasons.map(({ severity }: { severity: string | null }) => severity)).not.toContain(
      'rollback',
    );

    const out = join(folder, 'report.html');
    expect(await run('report', '--format', 'html', '--out', out)).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*slow &lt;b&gt;[\s\S]*<\/html>\n$/);
    expect(await run('report', '--out', join(folder, 'no', 'folder', 'r.md'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be written (ENOENT)'),
    });
  });
});

it('a run that is interrupted says so, and so does whatever opens what it left', async () => {
  const project = await mkdtemp(join(tmpdir(), 'assay-interrupted-'));
  try {
    const file = join(project, 'responses.jsonl');
    await writeFile(file, records.join('\n'));
    const local = join(project, 'state');
    const child = spawn(
      process.execPath,
      [
        resolve('bin/assay.js'),
        ...['run', '--responses', file, '--local', local, '--tick', '1m', '--sample-rate', '0.001'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (part.includes('Watch it at')) child.kill('SIGINT');
    });
    const code = await new Promise((done) => child.once('exit', done));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^This run was stopped after \d+ of 540 records/),
    });
    const status = await assay('.', 'status', '--local', local);
    expect(status.stderr).toMatch(/This run was stopped after \d+ of 540 records/);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
});

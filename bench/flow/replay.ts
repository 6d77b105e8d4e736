import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { day } from '#core/time.ts';
import { type BenchRow, printRows } from '../bench-row.ts';

/** `assay run` from its start to its end, on a history of seven days that is judged whole, by the simulated judge. */
const span = 7 * day;
const from = Date.parse('2026-11-01T00:00:00.000Z');
const command = fileURLToPath(new URL('../../bin/assay.js', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'assay-replay-'));

/** @returns seconds */
async function timeReplay(count: number, options: readonly string[] = []): Promise<number> {
  const file = join(folder, `${count}.jsonl`);
  const lines = Array.from({ length: count }, (_, i) => JSON.stringify(answerOf(i, count)));
  await writeFile(file, `${lines.join('\n')}\n`);
  const local = join(folder, 'state');
  await rm(local, { recursive: true, force: true });
  const started = performance.now();
  await promisify(execFile)(
    process.execPath,
    [
      ...[command, 'run', '--responses', file, '--judge', 'simulated', '--sample-rate', '1'],
      ...['--local', local, '--exit', ...options],
    ],
    { maxBuffer: 2 ** 24 },
  );
  return (performance.now() - started) / 1_000;
}

function answerOf(i: number, count: number) {
  return {
    id: `replayed-${i}`,
    at: new Date(from + Math.floor((i * span) / count)).toISOString(),
    surface: 'chat',
    model: 'model-1',
    provider: 'provider-1',
    status: 'success',
    request: { messages: [{ role: 'user', content: `Question ${i}: how do I change my plan? `.repeat(3) }] },
    response: { content: `Under settings, number ${i}, and it costs nothing. `.repeat(8) },
    timing: { firstTokenMs: 300 + (i % 50), totalMs: 1_200 + (i % 300) },
    usage: { inputTokens: 50, outputTokens: 90 },
  };
}

const few = 500;
const seldom = await timeReplay(few);
const often = await timeReplay(few, ['--tick', '5m']);
const many = await timeReplay(7_000);
await rm(folder, { recursive: true });
const ticks = { seldom: span / (30 * 60_000), often: span / (5 * 60_000) };
const rows: BenchRow[] = [
  {
    name: 'replay of 7,000 judged responses of 7 days',
    value: many,
    unit: 's',
    how: '`assay run --exit` from start to end, a tick each 30 minutes as is usual of so long a history; aim 45',
  },
  {
    name: 'a tick of a replay',
    value: ((often - seldom) * 1_000) / (ticks.often - ticks.seldom),
    unit: 'ms',
    how: `${few} responses of 7 days with --tick 5m less the usual 30m (${often.toFixed(1)} and ${seldom.toFixed(1)} s), by the ticks that it has more`,
  },
];
printRows(rows);

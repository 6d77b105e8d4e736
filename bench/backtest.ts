import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day } from '#core/time.ts';

/** How long `assay backtest --counts` takes for 30 days of 5-minute buckets of 20 SLOs, the command's start included. */

const run = promisify(execFile);
const slos = 20;
const days = 30;
const from = Date.UTC(2026, 0, 5);
const assay = fileURLToPath(new URL('../bin/assay.js', import.meta.url));

/** Counts of healthy services; every fourth has a bad day, so that reasons are composed as well. */
function countsFile(): string {
  const random = createRandom('bench/backtest');
  const lines = ['at,slo,surface,good,total'];
  for (let at = from; at < from + days * day; at += bucketWidth) {
    const time = new Date(at).toISOString();
    for (let slo = 0; slo < slos; slo += 1) {
      const isBad = slo % 4 === 0 && at >= from + 15 * day && at < from + 16 * day;
      const total = 20 + random.integer(60);
      lines.push(`${time},slo-${slo},chat,${random.binomial(total, isBad ? 0.8 : 0.945)},${total}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
try {
  const file = join(folder, 'counts.csv');
  const text = countsFile();
  await writeFile(file, text);
  const started = performance.now();
  const { stdout } = await run(
    process.execPath,
    [assay, 'backtest', '--counts', file, '--objective', '0.92', '--json'],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const ms = Math.round(performance.now() - started);
  const { transitions } = JSON.parse(stdout) as { transitions: unknown[] };
  console.log(
    JSON.stringify({
      name: `backtest of ${slos} SLOs over ${days} days of 5-minute buckets`,
      value: ms,
      unit: 'ms',
      how: `npx assay backtest --counts, ${text.split('\n').length - 2} lines of ${(text.length / 1e6).toFixed(1)} MB, ${transitions.length} transitions, start and reading included; under 10,000 is wanted`,
    }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

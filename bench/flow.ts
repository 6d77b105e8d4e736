/**
 * What the way of a response costs: the sampler's AWS calls, memory and CPU, records a second on the local servers, a replay, the judge's CPU,
 * DynamoDB's units, bundle sizes, cold starts. `node bench/flow.ts` prints one JSON row a line; each measurement runs in a process of its own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BenchRow, printRows } from './bench-row.ts';

const parts = [
  'sampler-calls',
  'sampler-memory',
  'sampler-cpu',
  'records-a-second',
  'replay',
  'judge-cpu',
  'table-units',
  'bundle-sizes',
  'cold-start',
] as const;

/** Measures everything, one part after the other. @throws the part's own error */
export async function measureFlow(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const part of parts) {
    const file = fileURLToPath(new URL(`./flow/${part}.ts`, import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [file], { maxBuffer: 2 ** 24 });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    rows.push(...lines.map((line) => JSON.parse(line) as BenchRow));
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printRows(await measureFlow());

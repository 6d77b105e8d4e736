/**
 * Each AWS call of each function refused for an hour in turn, failed, and lost in answer: what was told, lost, doubled and late.
 * `npm run bench:faults`; `-- --only judge --mode denied --minutes 20` for a part. Exits with 1 where anything was lost.
 * `-- --table A.json B.json` prints the table of what earlier runs left with `--json`.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type FaultMatrix, type MatrixCell, runFaultMatrix } from '#test/fault-matrix/fault-matrix.ts';
import { formatCells } from '#test/fault-matrix/format-cells.ts';
import { type FaultMode, faultModes } from '#test/fault-matrix/intercept-calls.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    mode: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});
if (values.table) {
  const parts = await Promise.all(positionals.map((file) => readFile(file, 'utf8')));
  const cells = parts.flatMap((part) => (JSON.parse(part) as FaultMatrix).cells);
  const order = ({ call, mode }: MatrixCell) => `${call} ${faultModes.indexOf(mode)}`;
  console.log(formatCells(cells.toSorted((a, b) => order(a).localeCompare(order(b)))));
  process.exit(0);
}
const modes = (values.mode ?? faultModes).map((mode) => {
  if (!(faultModes as readonly string[]).includes(mode)) {
    console.error(`--mode: wanted ${faultModes.join(', ')}, got "${mode}"`);
    process.exit(2);
  }
  return mode as FaultMode;
});

const { cells, seen } = await runFaultMatrix({
  minutes: Number(values.minutes),
  modes,
  wanted: (call) => call.includes(values.only),
  jobs: Number(values.jobs),
  onProgress: (words) => process.stderr.write(`${words}\n`),
});
console.log(values.json ? JSON.stringify({ seen, cells }) : formatCells(cells));
const lost = cells.filter(({ consequences }) => consequences.lost.length > 0);
process.stderr.write(`${cells.length} cells, ${lost.length} with a loss\n`);
process.exit(lost.length === 0 ? 0 : 1);

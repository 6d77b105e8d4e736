/**
 * `npm run bench`: what the pipeline costs, in one table, with how each figure was measured. Figures are of this machine;
 * ratios travel better. The simulations have commands of their own: `bench:detection` and `bench:calibration`.
 */
import { cpus } from 'node:os';
import { formatTable } from '#cli/terminal/table.ts';
import type { BenchRow } from './bench-row.ts';
import { measureEvaluator } from './evaluator.ts';
import { measureFlow } from './flow.ts';

const parts: readonly (readonly [string, () => Promise<BenchRow[]>])[] = [
  ['the way of a response', measureFlow],
  ['the evaluator, 1,000 SLOs on 100 surfaces', () => measureEvaluator({})],
];

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}\n`);
for (const [title, measure] of parts) {
  process.stderr.write(`measuring ${title} …\n`);
  const rows = await measure();
  const cells = rows.map(({ name, value, unit, how }) => [
    name,
    String(Number(value.toPrecision(3))),
    unit,
    how,
  ]);
  console.log(`${title}\n${formatTable([['figure', 'value', 'unit', 'how'], ...cells])}\n`);
}

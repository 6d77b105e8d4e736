/**
 * Each AWS call of each function refused for an hour in turn, failed, and lost in answer: what was told, lost, doubled and late.
 * `npm run bench:faults`; `-- --only judge --mode denied --minutes 20` for a part. Exits with 1 where anything was lost.
 */
import { parseArgs } from 'node:util';
import { type MatrixCell, runFaultMatrix } from '#test/fault-matrix/fault-matrix.ts';
import { type FaultMode, faultModes } from '#test/fault-matrix/intercept-calls.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    mode: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
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
console.log(values.json ? JSON.stringify({ seen, cells }) : toMarkdown(cells));
const lost = cells.filter(({ consequences }) => consequences.lost.length > 0);
process.stderr.write(`${cells.length} cells, ${lost.length} with a loss\n`);
process.exit(lost.length === 0 ? 0 : 1);

function toMarkdown(cells: readonly MatrixCell[]): string {
  const list = (words: readonly string[]) => (words.length === 0 ? '-' : words.join('; '));
  return [
    '| call | fault | calls met | told | lost | doubled | late |',
    '|---|---|---|---|---|---|---|',
    ...cells.map(({ call, mode, met, consequences: { told, lost, doubled, late } }) =>
      ['', call, mode, String(met), list(told), list(lost), list(doubled), list(late), ''].join(' | ').trim(),
    ),
  ].join('\n');
}

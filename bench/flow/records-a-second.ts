import { type BenchRow, printRows } from '../bench-row.ts';
import { startBenchStack } from './bench-stack.ts';
import { ourBodies } from './traffic.ts';

/** Records a second from the response queue to stored verdicts, on the local servers. */
const count = 4_000;

const { stack, stop } = await startBenchStack();
const shape = { surfaces: ['chat', 'search'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
await stack.send(ourBodies(200, Date.now(), shape, 'warm'));
await stack.drain();
await stack.settle(20_000);
const bodies = ourBodies(count, Date.now(), shape, 'speed');
const started = performance.now();
await stack.send(bodies);
const sent = performance.now();
await stack.drain();
await stack.settle(60_000);
const ended = performance.now();
const rows: BenchRow[] = [
  {
    name: 'end to end on the local servers',
    value: Math.round((count * 1_000) / (ended - started)),
    unit: 'records/s',
    how: `${count} records of 2 KB at 5%: sent, sampled, judged by the simulated judge, deleted; servers in a second process`,
  },
  {
    name: 'sampler and judge on the local servers',
    value: Math.round((count * 1_000) / (ended - sent)),
    unit: 'records/s',
    how: 'the same without the sending',
  },
];
printRows(rows);
await stop();
process.exit(0);

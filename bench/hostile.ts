/**
 * The whole pipeline under hostile conditions: records doubled, reordered and malformed, judge outages, throttled AWS
 * services, handlers killed at work. `npm run test:hostile -- --records 100000 --seed 1 --json`. Exits with 1 where the
 * balance does not hold.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '#cli/terminal/table.ts';
import { type HostileRun, runHostile } from '#test/hostile/run-hostile.ts';

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    seed: { type: 'string', default: 'hostile-1' },
    json: { type: 'boolean', default: false },
  },
});
const records = Number(options.records);
if (!Number.isInteger(records) || records < 1_000) {
  console.error(`--records: wanted a whole number from 1000 on, got "${options.records}"`);
  process.exit(2);
}

const run = await runHostile({
  records,
  seed: options.seed,
  onProgress: (words) => process.stderr.write(`${words}\n`),
});
console.log(options.json ? JSON.stringify(summary(run)) : show(run));
process.exit(run.balance.violations.length === 0 ? 0 : 1);

function summary(run: HostileRun) {
  const { balance, observed, ticks, starts, seconds, recordsPerSecond, peakBytes } = run;
  return {
    records,
    seed: options.seed,
    balance: balance.figures,
    violations: balance.violations,
    faults: observed.faults,
    judge: observed.judgeFaults,
    kills: Object.fromEntries(
      [...Map.groupBy(observed.kills, ({ point }) => point)].map(([point, kills]) => [point, kills.length]),
    ),
    processes: starts,
    ticks,
    seconds: Number(seconds.toFixed(1)),
    recordsPerSecond: Number(recordsPerSecond.toFixed(1)),
    peakMb: { handlers: megabytes(peakBytes.handlers), servers: megabytes(peakBytes.servers) },
  };
}

function show(run: HostileRun): string {
  const { balance, faults, judge, kills, ticks, ...rest } = summary(run);
  const rows = (figures: Readonly<Record<string, number>>) =>
    Object.entries(figures).map(([name, value]) => [name, String(value)]);
  const sent = Map.groupBy(run.sent, ({ what }) => what);
  return [
    formatTable([['sent', 'messages'], ...[...sent].map(([what, all]) => [what, String(all.length)])]),
    formatTable([['what went wrong', 'times'], ...rows(faults), ...rows(judge)]),
    formatTable([['handlers killed', 'times'], ...rows(kills)]),
    formatTable([['balance', 'number'], ...rows(balance)]),
    formatTable([['evaluator ticks', 'number'], ...rows(ticks)]),
    `${records} records in ${rest.seconds} s: ${rest.recordsPerSecond} records/s`,
    `peak memory: handlers ${rest.peakMb.handlers} MB, servers ${rest.peakMb.servers} MB`,
    rest.violations.length === 0
      ? 'the balance holds: every sampled id in exactly one end state, no record lost, everything done twice explained'
      : `the balance does not hold (${rest.violations.length}):\n${rest.violations.slice(0, 40).join('\n')}`,
  ].join('\n\n');
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

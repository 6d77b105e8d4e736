import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { minute } from '#core/time.ts';
import { startServers } from '#local/servers/servers.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { createTables } from '#test/support/tables.ts';
import type { TickCost } from './evaluator/cold-evaluator.ts';
import { storeHistory } from './evaluator/stored-history.ts';
import { makeCatalogue, sendMinute, tables } from './evaluator/stored-surfaces.ts';

/**
 * What a tick costs that has to read everything back, after so many days of history: the real evaluator in a process of
 * its own, against the embedded servers in theirs. `npm run bench:cold -- --surfaces 12 --cohorts 2 --days 62 --json`.
 * History is stored through the evaluator's own store, in the form in which it stores it; an earlier tick, in a process of
 * its own too, leaves the states.
 */
const { values } = parseArgs({
  options: {
    surfaces: { type: 'string', default: '12' },
    cohorts: { type: 'string', default: '2' },
    days: { type: 'string', default: '62' },
    json: { type: 'boolean', default: false },
  },
});
const [surfaces, cohorts, days] = [values.surfaces, values.cohorts, values.days].map(Number) as [
  number,
  number,
  number,
];
const now = Date.UTC(2026, 5, 10, 12);

async function tick(at: number): Promise<TickCost> {
  const file = fileURLToPath(new URL('./evaluator/cold-evaluator.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    file,
    String(surfaces),
    String(at),
  ]);
  if (stderr !== '') console.error(stderr);
  return JSON.parse(stdout) as TickCost;
}

const servers = await startServers({ timeFactor: 1, judge: { kind: 'simulated' } });
try {
  useEnvironment(servers.endpoints, {});
  const catalogue = await makeCatalogue(surfaces);
  const dynamo = new DynamoDBClient({});
  await createTables(dynamo, Object.values(tables));
  const items = await storeHistory(dynamo, catalogue, { days, cohorts }, now);
  await sendMinute(dynamo, catalogue, now);
  const first = await tick(now + minute);
  await sendMinute(dynamo, catalogue, now + minute);
  const cost = await tick(now + 2 * minute);
  dynamo.destroy();
  const world = `${surfaces} surfaces x ${cohorts} cohorts and a release, 10 SLOs each, ${days} days: ${items} slice-days`;
  if (values.json) console.log(JSON.stringify({ ...cost, first, surfaces, cohorts, days, items }));
  else
    console.log(
      `${world}\ncold tick: ${cost.cpuSeconds.toFixed(1)} s CPU, ${cost.seconds.toFixed(1)} s, ${cost.peakMb.toFixed(0)} MB at most, ${cost.reads} reads (${cost.readUnits} units)`,
    );
} finally {
  await servers.stop();
}

import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore, readStates } from '#adapters/dynamodb/series-store.ts';
import { env } from '#core/names.ts';
import type { StoredSurface } from '#lambdas/slo-evaluator/evaluate-surface.ts';
import { readBalance } from '#local/read-run.ts';
import { openLocalRun } from './local-run.ts';
import { objectivePercent, percent, table } from './output.ts';

/** Prints where everything of a local run is. */
export async function showStatus({ local, json = false }: { local: string; json?: boolean }): Promise<void> {
  const session = await openLocalRun(local);
  try {
    const [balance, control, alarms] = await Promise.all([
      readBalance(session.queues),
      createSeriesStore(createDynamo(), String(process.env[env.seriesTable])).readControl(),
      standingAlarms(),
    ]);
    const states = readStates(control.tick);
    const slos = session.catalogue.surfaces.flatMap(({ surface, slos: all }) =>
      all.flatMap((slo) => {
        const reading = ((states[surface] ?? {}) as StoredSurface)[slo.id]?.reading;
        return reading === undefined
          ? []
          : [{ slo: `${surface}/${slo.id}`, objective: slo.objective, ...reading }];
      }),
    );
    const spending = Object.fromEntries(control.spending);
    if (json) {
      console.log(
        JSON.stringify(
          { balance, slos, alarms, spending, circuits: control.circuits, tick: control.tick?.tick },
          null,
          2,
        ),
      );
      return;
    }
    const { states: judgements } = balance;
    console.log(`Records     ${balance.received} received, ${balance.rejected} rejected`);
    console.log(
      `Judgements  ${balance.sampled} sampled: ${judgements.judged} judged, ${judgements.unjudgeable} unjudgeable, ${judgements.shed} shed, ${judgements.dlq} in the dead-letter queue, ${judgements.leased + judgements.waiting} under way`,
    );
    const waiting = Object.entries(balance.queues).filter(([, count]) => count > 0);
    console.log(
      `Queues      ${waiting.length === 0 ? 'all empty' : waiting.map(([name, count]) => `${name.replace(/[0-9A-F]{8}$/, '')} ${count}`).join(', ')}`,
    );
    for (const { model, reason } of control.circuits)
      console.log(`BLOCKED     the judge ${model}: ${reason}`);
    const rows = slos
      .filter(({ raw }) => raw.total > 0)
      .map(({ slo, raw, objective, reason }) => [
        slo,
        raw.value === null ? '-' : raw.value <= 1 ? percent(raw.value) : raw.value.toFixed(0),
        objective === null ? '-' : `>= ${objectivePercent(objective)}`,
        reason,
      ]);
    if (rows.length > 0) console.log(`\n${table([['SLO', 'now', 'objective', ''], ...rows])}`);
    console.log(
      `\n${alarms.length === 0 ? 'No alarm stands.' : `Alarms that stand:\n${alarms.map(({ name, since }) => `  ${name} (since ${since})`).join('\n')}`}`,
    );
  } finally {
    await session.stop();
  }
}

async function standingAlarms(): Promise<{ name: string; since: string; reason: string }[]> {
  const found: { name: string; since: string; reason: string }[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client: new CloudWatchClient({}) },
    { StateValue: 'ALARM' },
  )) {
    for (const {
      AlarmName = '',
      StateTransitionedTimestamp,
      StateUpdatedTimestamp,
      StateReason = '',
    } of MetricAlarms) {
      found.push({
        name: AlarmName,
        since: (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.toISOString() ?? '',
        reason: StateReason,
      });
    }
  }
  return found;
}

import { addIncident, readIncidents } from '#adapters/dynamodb/operator-entries.ts';
import { type Incident, readIncident } from '#core/report/incident.ts';
import { openTarget } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { incidentJson } from './incident-json.ts';
import { formatIncidents, formatNoted } from './incident-text.ts';

export interface IncidentOptions extends TargetOptions, JsonOptions {}

export interface AddIncidentOptions extends IncidentOptions {
  readonly provider: string;
  readonly from: string;
  readonly to?: string;
  readonly note: string;
}

/** Notes an incident. @throws CliError with every fault of what was given */
export async function noteIncident(options: AddIncidentOptions): Promise<void> {
  const reading = readIncident(options);
  if (!reading.ok) throw new CliError(reading.reasons.join('\n'));
  const { incident } = reading;
  const target = await openTarget(options);
  try {
    await addIncident({ dynamo: target.dynamo, table: target.tables.series }, incident);
  } finally {
    await target.close();
  }
  print(options.json === true ? JSON.stringify(incidentJson(incident)) : formatNoted(incident));
}

/** Prints the incidents, the newest first. */
export async function listIncidents(options: IncidentOptions): Promise<void> {
  const target = await openTarget(options);
  let incidents: Incident[];
  try {
    incidents = (await readIncidents({ dynamo: target.dynamo, table: target.tables.series })).reverse();
  } finally {
    await target.close();
  }
  print(
    options.json === true ? JSON.stringify(incidents.map(incidentJson), null, 2) : formatIncidents(incidents),
  );
}

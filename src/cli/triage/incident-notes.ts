import { addIncident, readIncidents } from '#adapters/dynamodb/operator-entries.ts';
import { type Incident, readIncident } from '#core/report/incident.ts';
import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { openSource } from '../target/target.ts';
import { CliError, oneLine, table } from '../terminal/output.ts';
import type { AddIncidentOptions, IncidentOptions } from './incident.ts';

/** Notes an incident. @throws CliError with every fault of what was given */
export async function noteIncident(options: AddIncidentOptions): Promise<void> {
  const reading = readIncident(options);
  if (!reading.ok) throw new CliError(reading.reasons.join('\n'));
  const { incident } = reading;
  const source = await openSource(options);
  try {
    await addIncident({ dynamo: source.dynamo, table: source.tables.series }, incident);
  } finally {
    await source.close();
  }
  if (options.json === true) console.log(JSON.stringify(incidentJson(incident)));
  else {
    console.log(
      `Noted: ${formatSpan(incident)} of ${oneLine(incident.provider)}. It is drawn beside the numbers; no budget changes.`,
    );
    if (incident.to === null) console.log('When it is over, give the same --provider and --from with --to.');
  }
}

/** Prints the incidents, the newest first. */
export async function listIncidents(options: IncidentOptions): Promise<void> {
  const source = await openSource(options);
  let incidents: Incident[];
  try {
    incidents = (await readIncidents({ dynamo: source.dynamo, table: source.tables.series })).reverse();
  } finally {
    await source.close();
  }
  if (options.json === true) console.log(JSON.stringify(incidents.map(incidentJson), null, 2));
  else if (incidents.length === 0)
    console.log('No incident was noted. Note one with "npx assay incident add".');
  else
    console.log(
      table([
        ['provider', 'from', 'to', 'lasted', ''],
        ...incidents.map(({ provider, from, to, note }) => [
          oneLine(provider, 30),
          formatInstant(from),
          to === null ? 'goes on' : formatInstant(to),
          to === null ? '-' : formatDuration(to - from),
          oneLine(note, 200),
        ]),
      ]),
    );
}

function formatSpan({ from, to }: Incident): string {
  return to === null
    ? `an incident since ${formatInstant(from)}`
    : `an incident of ${formatDuration(to - from)} from ${formatInstant(from)}`;
}

function incidentJson({ provider, from, to, note }: Incident) {
  return {
    provider,
    from: new Date(from).toISOString(),
    to: to === null ? null : new Date(to).toISOString(),
    note,
  };
}

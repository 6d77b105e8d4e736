import type { Incident } from '#core/report/incident.ts';
import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';

export function formatNoted(incident: Incident): string {
  return [
    `Noted: ${describeSpan(incident)} of ${oneLine(incident.provider)}. It is drawn beside the numbers; no budget changes.`,
    ...(incident.to === null ? ['When it is over, give the same --provider and --from with --to.'] : []),
  ].join('\n');
}

export function formatIncidents(incidents: readonly Incident[]): string {
  if (incidents.length === 0)
    return 'No incident was noted. Note one with "npx assay incident add --provider NAME --from INSTANT --note TEXT".';
  return formatTable([
    ['provider', 'from', 'to', 'lasted', ''],
    ...incidents.map(({ provider, from, to, note }) => [
      oneLine(provider, 30),
      formatInstant(from),
      to === null ? 'goes on' : formatInstant(to),
      to === null ? '-' : formatDuration(to - from),
      oneLine(note, 200),
    ]),
  ]);
}

function describeSpan({ from, to }: Incident): string {
  return to === null
    ? `an incident since ${formatInstant(from)}`
    : `an incident of ${formatDuration(to - from)} from ${formatInstant(from)}`;
}

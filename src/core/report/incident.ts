import { readInstant } from '../instant.ts';
import { label } from '../record/response-record.ts';
import type { ItemKey } from '../series/keys.ts';

/** A provider's incident: tracked and drawn beside the numbers, never budgeted. */
export interface Incident {
  readonly provider: string;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Null while it goes on. */
  readonly to: number | null;
  readonly note: string;
}

/** Incidents have a partition of their own, which one Query reads: the evaluator does each minute, to draw them as marks. */
export const incidentPartition = 'incident';

/** One item an incident; the same provider and start is the same incident, so that its end can be added later. */
export function incidentKey({ provider, from }: Pick<Incident, 'provider' | 'from'>): ItemKey {
  return { pk: incidentPartition, sk: `${new Date(from).toISOString()}#${provider}` };
}

const maxNote = 500;

export type IncidentReading =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Reads what people give; every fault at once. */
export function readIncident(given: {
  readonly provider: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly note: string;
}): IncidentReading {
  const reasons: string[] = [];
  const provider = given.provider.trim();
  const note = given.note.trim();
  if (!label.safeParse(provider).success)
    reasons.push('--provider: wanted a name of at most 200 characters without "#".');
  if (note === '' || note.length > maxNote)
    reasons.push(`--note: wanted a text of 1 to ${maxNote} characters, got ${note.length}.`);
  const from = instantOf('--from', given.from, reasons);
  const to = given.to === undefined ? null : instantOf('--to', given.to, reasons);
  if (from !== undefined && to !== undefined && to !== null && to <= from)
    reasons.push('--to: wanted an instant after --from.');
  if (reasons.length > 0 || from === undefined || to === undefined) return { ok: false, reasons };
  return { ok: true, incident: { provider, from, to, note } };
}

function instantOf(option: string, text: string, reasons: string[]): number | undefined {
  const cell = readInstant(text.trim());
  if (cell.ok) return cell.value;
  reasons.push(`${option}: ${cell.reason}.`);
  return undefined;
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseRecord } from '#core/record/parse-record.ts';

/** A line of a responses file: the message to send, and when it was given. */
export interface InputRecord {
  readonly body: string;
  /** Epoch milliseconds; of a line without a readable time, that of the line before it. */
  readonly at: number;
  readonly surface: string | undefined;
}

/**
 * Reads a responses file (JSON lines) in time order. Lines are sent as they are, good or bad: it is the sampler's
 * work to reject.
 */
export async function readInputRecords(file: string): Promise<InputRecord[]> {
  const records: InputRecord[] = [];
  let last: number | undefined;
  for await (const body of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (body.trim() === '') continue;
    const value = readObject(body);
    const at = timeOf(value) ?? last;
    last = at ?? last;
    const surface = surfaceOf(value, body, at ?? 0);
    records.push({ body, at: at ?? Number.NaN, surface });
  }
  const first = records.find(({ at }) => !Number.isNaN(at))?.at ?? 0;
  return records
    .map((record) => (Number.isNaN(record.at) ? { ...record, at: first } : record))
    .sort((a, b) => a.at - b.at);
}

/** The surface a record names; a gateway's payload has it where the parser finds it. */
function surfaceOf(value: Record<string, unknown>, body: string, at: number): string | undefined {
  if (typeof value.surface === 'string') return value.surface;
  const parsed = parseRecord(body, at);
  return parsed.kind === 'rejected' ? undefined : parsed.record.surface;
}

function readObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** When a record could first be known: its own `at`, or the end of a gateway's call. */
function timeOf(value: Record<string, unknown>): number | undefined {
  const at = value.at ?? value.endTime ?? value.startTime;
  if (typeof at === 'number') return at * 1000;
  if (typeof at !== 'string') return undefined;
  const parsed = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(at) ? at : `${at.replace(' ', 'T')}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

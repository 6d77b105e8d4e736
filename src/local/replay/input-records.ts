import { readTextLines } from '#adapters/files/text-lines.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import { day } from '#core/time.ts';

/** A line of a responses file: the message to send, and when it was given. */
export interface InputRecord {
  readonly body: string;
  /** Epoch milliseconds; of a line without a believable time, that of the line before it. */
  readonly at: number;
  readonly surface: string | undefined;
}

/** A history is replayed by its own time. Records that lie further than this from all others have a broken clock. */
const longestGap = 100 * day;

/**
 * Reads a responses file (JSON lines) in time order. Lines are sent as they are, good or bad: it is the sampler's
 * work to reject. A line without a believable time is sent with the line before it.
 */
export async function readInputRecords(file: string): Promise<InputRecord[]> {
  const lines: { body: string; at: number | undefined; surface: string | undefined }[] = [];
  for await (const body of readTextLines(file)) {
    if (body.trim() === '') continue;
    const value = readObject(body);
    const at = timeOf(value);
    lines.push({ body, at, surface: surfaceOf(value, body, at ?? 0) });
  }
  const { from, to } = longestRun(lines.flatMap(({ at }) => at ?? []));
  const isBelievable = (at: number | undefined) => at !== undefined && at >= from && at <= to;
  let last = lines.find(({ at }) => isBelievable(at))?.at ?? 0;
  const records = lines.map(({ body, at, surface }): InputRecord => {
    if (at !== undefined && isBelievable(at)) last = at;
    return { body, at: last, surface };
  });
  return records.sort((a, b) => a.at - b.at);
}

/** The stretch with the most times in it and no gap longer than `longestGap`. */
function longestRun(times: readonly number[]): { from: number; to: number } {
  const sorted = [...times].sort((a, b) => a - b);
  let best = { from: 0, to: -1, count: 0 };
  let from = 0;
  for (const [index, at] of sorted.entries()) {
    if (at - (sorted[index - 1] ?? at) > longestGap) from = index;
    const count = index - from + 1;
    if (count > best.count) best = { from: sorted[from] ?? at, to: at, count };
  }
  return best;
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

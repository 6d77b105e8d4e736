import { readTextLines } from '#adapters/files/text-lines.ts';
import { maxMessageBytes } from '#adapters/sqs/queue.ts';
import { parseInstant } from '#core/instant.ts';
import { cutJson, type JsonPiece } from '#core/record/cut-json.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import { day } from '#core/time.ts';

/** A record of a responses file: the message to send, and when it was given. */
export interface InputRecord {
  readonly body: string;
  /** Epoch milliseconds; of a record without a believable time, that of the one before it. */
  readonly at: number;
  readonly surface: string | undefined;
  /** Where it begins, from 1; absent where it stands in no file. */
  readonly line?: number;
}

/** What a responses file holds. */
export interface InputFile {
  readonly records: InputRecord[];
  /** Lines of records that no message can hold. */
  readonly tooLarge: readonly number[];
}

/** A history is replayed by its own time. Records that lie further than this from all others have a broken clock. */
const longestGap = 100 * day;

/**
 * Reads a responses file in time order: JSON lines, one list, or objects written over several lines. Records are sent as
 * they are, good or bad: it is the sampler's work to reject. One without a believable time is sent with the one before it,
 * and now where none has one.
 *
 * @throws TextFileError where it is no text
 */
export async function readInputFile(file: string): Promise<InputFile> {
  const pieces = await readPieces(file);
  const tooLarge: number[] = [];
  const found = pieces.flatMap(({ text: body, line }) => {
    if (Buffer.byteLength(body) > maxMessageBytes) {
      tooLarge.push(line);
      return [];
    }
    const value = readObject(body);
    const at = timeOf(value);
    return [{ body, line, at, surface: surfaceOf(value, body, at ?? 0) }];
  });
  const { from, to } = longestRun(found.flatMap(({ at }) => at ?? []));
  const isBelievable = (at: number | undefined) => at !== undefined && at >= from && at <= to;
  let last = found.find(({ at }) => isBelievable(at))?.at ?? Date.now();
  const records = found.map(({ body, line, at, surface }): InputRecord => {
    if (at !== undefined && isBelievable(at)) last = at;
    return { body, line, at: last, surface };
  });
  return { records: records.sort((a, b) => a.at - b.at), tooLarge };
}

/** {@link readInputFile}, of which the records are wanted alone. */
export async function readInputRecords(file: string): Promise<InputRecord[]> {
  return (await readInputFile(file)).records;
}

async function readPieces(file: string): Promise<JsonPiece[]> {
  const lines: string[] = [];
  for await (const line of readTextLines(file)) lines.push(line);
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  // A line that holds a whole list is one where others follow it: somebody's record, which is none.
  const isSpread = first.startsWith('[') || first === '{' || (first.startsWith('{') && !isObject(first));
  const pieces = isSpread ? cutJson(lines.join('\n')) : undefined;
  if (pieces?.some(({ text }) => isObject(text)) === true) return pieces;
  return lines.flatMap((text, index) => (text.trim() === '' ? [] : [{ text, line: index + 1 }]));
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

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** When a record could first be known: its own `at`, or the end of a gateway's call. */
export function timeOf(value: Readonly<Record<string, unknown>>): number | undefined {
  for (const at of [value.at, value.endTime, value.startTime]) {
    const parsed =
      typeof at === 'number' ? readEpoch(at) : typeof at === 'string' ? parseInstant(at.trim()) : undefined;
    if (parsed !== undefined && parsed >= 0 && parsed < yearTenThousand) return parsed;
  }
  return undefined;
}

/** Before it an instant has four digits of a year, as everything that reads one wants. */
const yearTenThousand = Date.UTC(10_000, 0);

/** Seconds, or milliseconds where seconds would lie thousands of years ahead. */
function readEpoch(value: number): number {
  return Math.abs(value) < 1e11 ? value * 1_000 : value;
}

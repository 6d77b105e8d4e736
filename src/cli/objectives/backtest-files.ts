import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTextLines } from '#adapters/files/text-lines.ts';
import { readYamlFile } from '#adapters/files/yaml-file.ts';
import { policySchema } from '#core/catalogue/surface-file.ts';
import { CsvReader } from '#core/rating/csv-reader.ts';
import { readUntrusted } from '#core/read-untrusted.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import type { RecordedScore, RecordHistory } from '#core/series/record-history.ts';
import { type RowSettings, shippedRows } from '#core/slo/definition/known-rate.ts';
import { CountsReader, type RowFault } from '#core/slo/replay/read-counts.ts';
import { timeOf } from '#local/replay/input-records.ts';
import { CliError, FileFaultError } from '../terminal/cli-error.ts';

/** Why a line of a file is left out. */
export interface RefusedLine extends RowFault {
  readonly file: string;
}

/** Reads a counts file. @throws CliError where it cannot be opened, or its first line names no columns */
export async function readCountsFile(file: string): Promise<CountsReader> {
  const csv = new CsvReader();
  const reader = new CountsReader();
  const addAll = (records: ReturnType<CsvReader['push']>) => {
    for (const record of records) {
      if (record.ok) reader.readLine(record.cells, record.line);
      else reader.refuse(record.line, record.reason);
    }
  };
  await refuseMissing('--counts', file, async () => {
    const stream = createReadStream(file, 'utf8') as AsyncIterable<string>;
    for await (const text of stream) addAll(csv.push(text));
    addAll(csv.end());
  });
  return reader;
}

const score = z.int().min(1).max(5);
const recorded = z.looseObject({
  responseId: z.string().min(1),
  score: score.optional(),
  criteria: z.record(z.string(), z.union([score, z.looseObject({ score })])).optional(),
});

/** Reads recorded verdicts by response id; of two lines of one response the later one counts. */
export async function readVerdictsFile(
  file: string,
): Promise<{ scores: Map<string, RecordedScore>; refused: RefusedLine[] }> {
  const scores = new Map<string, RecordedScore>();
  const refused: RefusedLine[] = [];
  await eachLine('--verdicts', file, (text, line) => {
    const parsed = readUntrusted(recorded, readJson(text));
    if (!parsed.success || (parsed.data.score === undefined && parsed.data.criteria === undefined)) {
      const where = parsed.success ? '' : ` at "${parsed.error.issues[0]?.path.map(String).join('.') ?? ''}"`;
      const reason = `wanted {"responseId": …, "score": 1 to 5}, or "criteria" with a score each, got something else${where}`;
      refused.push({ file, line, column: 0, reason });
      return;
    }
    const { responseId, score: overall, criteria = {} } = parsed.data;
    scores.set(responseId, {
      score: overall,
      criteria: Object.fromEntries(
        Object.entries(criteria).map(([id, given]) => [id, typeof given === 'number' ? given : given.score]),
      ),
    });
  });
  return { scores, refused };
}

/** Reads records into a history, as the sampler would have when each was sent. */
export async function readRecordsFile(
  file: string,
  history: RecordHistory,
  surface: string | undefined,
): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  let sentAt = 0;
  await eachLine('--responses', file, (text, line) => {
    sentAt = timeOf(recordOf(readJson(text))) ?? sentAt;
    const parsed = parseRecord(text, sentAt);
    if (parsed.kind === 'rejected') {
      refused.push({ file, line, column: 0, reason: parsed.rejection.reason });
      return;
    }
    if (surface !== undefined && parsed.record.surface !== surface) return;
    switch (parsed.kind) {
      case 'response':
        history.addResponse(parsed.record, parsed.at);
        break;
      case 'feedback':
        history.addFeedback(parsed.record, parsed.at);
        break;
      case 'provider-failure':
        // It counts against its provider alone, whose SLI no history of records replays.
        break;
      default:
        parsed satisfies never;
    }
  });
  return refused;
}

/** The policy's alert rows; the shipped ones where there is no policy file. @throws CliError for one with faults */
export async function readRows(root: string): Promise<RowSettings> {
  const reading = await readYamlFile(join(root, 'slos', 'policy.yaml'), policySchema);
  if (reading.ok) return reading.value.rows;
  const faults = reading.faults.map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );
  if (faults.some((fault) => fault.includes('ENOENT'))) return shippedRows;
  throw new FileFaultError(faults.join('\n'));
}

async function eachLine(
  option: string,
  file: string,
  onLine: (text: string, line: number) => void,
): Promise<void> {
  await refuseMissing(option, file, async () => {
    let line = 0;
    for await (const text of readTextLines(file)) {
      line += 1;
      if (text.trim() !== '') onLine(text, line);
    }
  });
}

async function refuseMissing(option: string, file: string, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new CliError(
      `${option}: there is no readable file ${file}${code === 'ENOENT' ? '' : ` (${code})`}.`,
    );
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

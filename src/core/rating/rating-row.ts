import { maxLabelCharacters } from '../record/label.ts';
import { keyableId } from '../record/record-id.ts';
import { label } from '../record/response-record.ts';
import { day } from '../time.ts';

/** What pass and fail are on the scale of all rubrics. */
export const wordScores = { pass: 5, fail: 1 } as const;
export type PassOrFail = keyof typeof wordScores;

/** A row of a ratings file as far as it can be checked without knowing the response's rubric. */
export interface RatingRow {
  readonly line: number;
  /** Column that holds the score, for messages. */
  readonly column: string;
  readonly responseId: string;
  readonly raterId: string;
  /** Undefined where the criteria have to make it. */
  readonly score: number | undefined;
  /** The word that was written in place of a number. */
  readonly word?: PassOrFail | undefined;
  /** Cells that may be criteria, by column name, as they stand. */
  readonly criteria: Readonly<Record<string, string>>;
  /** `id` or `id@version`, where the row names one. */
  readonly rubric: string | undefined;
  readonly note: string | undefined;
  /** Epoch milliseconds. */
  readonly ratedAt: number | undefined;
}

/** A row that is not taken in, and why. The reason quotes nothing longer than a word of it. */
export interface Refusal {
  readonly line: number;
  /** Name of the column at fault; empty where it is the whole row. */
  readonly column: string;
  readonly reason: string;
}

/** What the file says of a row, before it is checked. */
export interface RawRow {
  readonly line: number;
  readonly scoreColumn: string;
  readonly responseId: string;
  readonly raterId: string;
  readonly score: string;
  readonly criteria: ReadonlyMap<string, string>;
  readonly rubric: string;
  readonly note: string;
  readonly ratedAt: string;
}

/** Notes are for the team that reads them; a longer one is cut. */
const maxNoteCharacters = 2_000;

/** A long number as spreadsheets show and save it: some of its digits are gone. */
const roundedNumber = /^[+-]?\d+(?:[.,]\d+)?E\+?\d+$/i;

/** Both ids make the key of a rating, of which DynamoDB takes 1,024 bytes. */
const maxKeyBytes = 1_000;

/** A rating may be this far ahead of its upload: clocks differ. */
const maxAhead = day;

/**
 * Checks a row: ids, score, time.
 *
 * @param uploadedAt epoch milliseconds; a rating given after it is refused, for it would outrank every later one
 */
export function checkRow(given: RawRow, uploadedAt: number): RatingRow | Refusal {
  const isLong = given.responseId.length > maxLabelCharacters;
  const raw = isLong ? { ...given, responseId: keyableId(given.responseId) } : given;
  const refuse = (column: string, reason: string): Refusal => ({ line: raw.line, column, reason });
  const criteria = Object.fromEntries([...raw.criteria].filter(([, cell]) => cell !== ''));
  if (raw.score === '' && Object.keys(criteria).length === 0)
    return refuse(raw.scoreColumn, 'is empty: not rated');
  for (const [column, id] of [
    ['response_id', raw.responseId],
    ['rater_id', raw.raterId],
  ] as const) {
    if (id === '') return refuse(column, 'is empty');
    if (id === '[…]' || id === '{…}')
      return refuse(column, `wanted an id, got ${id === '[…]' ? 'a list' : 'an object'}`);
    if (roundedNumber.test(id))
      return refuse(
        column,
        `is ${quoteCell(id)}, a number that a program has rounded: format the column as text and copy the ids again`,
      );
    if (!label.safeParse(id).success)
      return refuse(column, 'wanted an id of at most 200 characters without control characters or "#"');
  }
  if (Buffer.byteLength(raw.responseId) + Buffer.byteLength(raw.raterId) > maxKeyBytes)
    return refuse('rater_id', `wanted ids of response and rater of ${maxKeyBytes} bytes together at most`);
  const word = passOrFail(raw.score);
  let score: number | undefined;
  if (raw.score !== '') {
    score = word === undefined ? wholeScore(raw.score) : wordScores[word];
    if (score === undefined) return refuse(raw.scoreColumn, describeScore(raw.score));
  }
  let ratedAt: number | undefined;
  if (raw.ratedAt !== '') {
    ratedAt = readTime(raw.ratedAt);
    if (ratedAt === undefined)
      return refuse(
        'rated_at',
        `wanted a time such as 2026-11-03T09:30:00Z (or no time at all), got ${quoteCell(raw.ratedAt)}`,
      );
    if (ratedAt > uploadedAt + maxAhead)
      return refuse('rated_at', `lies after the upload (${new Date(uploadedAt).toISOString()})`);
  }
  return {
    line: raw.line,
    column: raw.scoreColumn,
    responseId: raw.responseId,
    // One name may be written in two ways: an accent with its letter, or behind it.
    raterId: raw.raterId.normalize('NFC'),
    score,
    ...(word !== undefined && { word }),
    criteria,
    rubric: raw.rubric === '' ? undefined : raw.rubric,
    note: raw.note === '' ? undefined : raw.note.slice(0, maxNoteCharacters).toWellFormed(),
    ratedAt,
  };
}

/** Why a score is none, and what would be. */
export function describeScore(cell: string): string {
  const whole = /^([1-5])[.,]0+$/.exec(cell)?.[1];
  const isVerdict = /^(p|f|y|n|yes|no|good|bad|true|false)$/i.test(cell);
  const hint =
    whole !== undefined
      ? `: write ${whole}`
      : isVerdict
        ? ': write pass or fail, where the rubric knows no more'
        : '';
  return `wanted a whole score from 1 to 5, got ${quoteCell(cell)}${hint}`;
}

export function isRefusal(row: object): row is Refusal {
  return 'reason' in row;
}

/** Pass or fail, however it is written. */
export function passOrFail(text: string): PassOrFail | undefined {
  const word = text.toLowerCase();
  return word === 'pass' || word === 'fail' ? word : undefined;
}

/** A score of the scale: "4", or "4.0" as spreadsheets write it. */
export function wholeScore(text: string): number | undefined {
  return /^[1-5](\.0+)?$/.test(text) ? Number(text[0]) : undefined;
}

/** ISO 8601; without a zone it is UTC. What people and spreadsheets write otherwise could mean two days. */
function readTime(text: string): number | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '00:00', zone = 'Z'] = match;
  const parsed = Date.parse(
    `${date}T${time}${/^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`,
  );
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** At most a word of a cell, so that a note in the wrong column is not spread about. */
export function quoteCell(text: string): string {
  return JSON.stringify(text.length <= 24 ? text : `${text.slice(0, 23)}…`);
}

import { countOf } from '../count-of.ts';

/** What of the records that came somebody should know: what was left out, could not be judged, or was one too many. */
export interface RecordNotes {
  /** Records of which a field was of no use, by field. */
  readonly unusable: Readonly<Record<string, number>>;
  /** Good answers that had no text to judge. */
  readonly textless: number;
  /** Records whose id another response has. */
  readonly repeatedIds: number;
  /** What counts as `other`, by kind of name; attempts that are not counted. */
  readonly overflow: Readonly<Record<string, number>>;
  /** Records that could not be read, by kind of rejection. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** Sums up columns of counters that are notes; all others are passed over. */
export class NoteTally {
  readonly #unusable = new Map<string, number>();
  readonly #overflow = new Map<string, number>();
  readonly #rejected = new Map<string, number>();
  #textless = 0;
  #repeatedIds = 0;

  add(column: string, by: number): void {
    if (column === 'textless') this.#textless += by;
    else if (column === 'repeatedId') this.#repeatedIds += by;
    else if (column.startsWith('unusable:')) increase(this.#unusable, column.slice('unusable:'.length), by);
    else if (column.startsWith('overflow:')) increase(this.#overflow, column.slice('overflow:'.length), by);
    else if (column.startsWith('rejected:')) increase(this.#rejected, column.slice('rejected:'.length), by);
  }

  /** The most frequent first. */
  get notes(): RecordNotes {
    return {
      unusable: sorted(this.#unusable),
      textless: this.#textless,
      repeatedIds: this.#repeatedIds,
      overflow: sorted(this.#overflow),
      rejected: sorted(this.#rejected),
    };
  }
}

/** Whether a column of counters is a note. */
export function isNote(column: string): boolean {
  return column === 'textless' || column === 'repeatedId' || /^(?:unusable|overflow|rejected):/.test(column);
}

/** Notes as sentences, each with what to do; none where there is nothing to tell. */
export function describeNotes({
  unusable,
  textless,
  repeatedIds,
  overflow,
  rejected,
}: RecordNotes): string[] {
  const lines: string[] = [];
  if (Object.keys(rejected).length > 0)
    lines.push(
      `Rejected: ${listCounts(rejected)}. The messages' attribute "reason" says more; mend the sender, then "npx assay redrive rejected".`,
    );
  if (Object.keys(unusable).length > 0)
    lines.push(
      `Left out, for their values were of no use: ${listCounts(unusable)}. The records count without them; docs/records.md says what is wanted.`,
    );
  if (textless > 0)
    lines.push(
      `No text to judge in ${textless} good ${textless === 1 ? 'answer' : 'answers'}: calls of tools, embeddings, texts that were switched off or too long. Log request.messages and response.content where answers are to be judged.`,
    );
  if (repeatedIds > 0)
    lines.push(
      `The id of another response in ${repeatedIds} ${repeatedIds === 1 ? 'record' : 'records'} of another time. Each is judged, but ratings by that id cannot be told apart: give each response an id of its own.`,
    );
  const { surface = 0, attempt = 0, ...names } = overflow;
  if (surface > 0)
    lines.push(
      `Counted and judged under "default": ${countOf(surface, 'record')} of ${surface === 1 ? 'a surface' : 'surfaces'} that no file in slos/ is for. Give such a surface a file; its name is of small letters, digits and "-" (docs/objectives.md).`,
    );
  if (attempt > 0)
    lines.push(
      `Not counted, for their records had too many: ${countOf(attempt, 'attempt')}. Send fewer a record (docs/records.md).`,
    );
  if (Object.keys(names).length > 0)
    lines.push(
      `Counted as "other", for there were too many: ${listCounts(names)}. Send fewer values there (docs/records.md).`,
    );
  return lines;
}

/** At most so many are named. */
const mostNamed = 5;

function listCounts(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts);
  const named = all.slice(0, mostNamed).map(([name, count]) => `${name} ${count}`);
  const left = all.length - named.length;
  return `${named.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, first], [, second]) => second - first));
}

/** A failure that the user can mend; its message is all that is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** A share as people read it: `92.3%`. */
export function percent(ratio: number, digits = 1): string {
  return `${(ratio * 100).toFixed(digits)}%`;
}

/** An objective as it was written: `92%`, `99.95%`. */
export function objectivePercent(objective: number): string {
  return `${Number((objective * 100).toFixed(4))}%`;
}

/** Rows as aligned columns; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A progress line on stderr that rewrites itself on a terminal and keeps quiet elsewhere. */
export class Progress {
  readonly #label: string;
  readonly #total: number;
  #last = 0;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = total;
  }

  show(done: number, detail: string): void {
    if (!process.stderr.isTTY || (Date.now() - this.#last < 80 && done < this.#total)) return;
    this.#last = Date.now();
    const width = 24;
    const filled = this.#total === 0 ? width : Math.round((done / this.#total) * width);
    process.stderr.write(
      `\r\u001b[2K${this.#label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${detail}`,
    );
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  }
}

/** Control characters, and marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** One line of untrusted text for a terminal: control characters out, cut to a width. */
export function oneLine(text: string, width = 100): string {
  const plain = text.replace(unprintable, ' ').trim();
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`;
}

/** Words in lines of a width, each but the first indented by so much, which the first has before it; more lines than wanted end with `…`. */
export function wrap(
  text: string,
  {
    width = 100,
    indent = 0,
    lines = Number.POSITIVE_INFINITY,
  }: { width?: number; indent?: number; lines?: number } = {},
): string {
  const room = width - indent;
  const made: string[] = [];
  let line = '';
  for (const word of oneLine(text, Number.POSITIVE_INFINITY).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      made.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  made.push(line);
  const kept = made.slice(0, lines).map((each) => oneLine(each, room));
  if (made.length > lines) kept.push(`${(kept.pop() ?? '').slice(0, room - 2).trimEnd()} …`);
  return kept.join(`\n${' '.repeat(indent)}`);
}

/** What to say of an error that AWS or its SDK gave; undefined of any other. */
export function describeAwsFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isAws =
    '$metadata' in error ||
    error.name === 'CredentialsProviderError' ||
    error.message === 'Region is missing';
  return isAws
    ? `AWS could not be asked: ${oneLine(error.message, 300)}. Are credentials and AWS_REGION of the right account set? "npx assay doctor --stack NAME" tells what is missing.`
    : undefined;
}

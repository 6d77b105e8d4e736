/** Columns where nothing says otherwise, and the fewest that are believed. */
const usualWidth = 80;
const leastWidth = 40;

/** Columns of the terminal; of `COLUMNS` where the output is none; else 80. */
export function terminalWidth(
  environment: NodeJS.ProcessEnv = process.env,
  stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
): number {
  const told = stream.isTTY === true && (stream.columns ?? 0) > 0 ? stream.columns : environment.COLUMNS;
  const width = Number(told);
  return Number.isInteger(width) && width > 0 ? Math.max(leastWidth, width) : usualWidth;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: codes of colours begin with one
const colourCodes = /\u001b\[[0-9;]*m/g;
const narrow = /^[\u0020-\u007e\u00a0-\u02ff\u2010-\u2027]*$/;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

/** Made when it is first needed: making it takes as long as a tenth of a command. */
let segmenter: Intl.Segmenter | undefined;

function lettersOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Columns that a text takes on a terminal: none for colour codes, two for East Asian letters and emoji. */
export function columnsOf(text: string): number {
  const plain = text.replace(colourCodes, '');
  if (narrow.test(plain)) return plain.length;
  let columns = 0;
  for (const { segment } of lettersOf(plain)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** The beginning of a text that takes at most so many columns, and the rest. The beginning has at least one letter. */
export function splitAt(text: string, columns: number): readonly [string, string] {
  let taken = 0;
  let end = 0;
  for (const { segment, index } of lettersOf(text)) {
    const needed = wide.test(segment) ? 2 : 1;
    if (taken + needed > columns && end > 0) break;
    taken += needed;
    end = index + segment.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

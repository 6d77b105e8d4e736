/** What a column of a ratings file is for. */
export type ColumnMeaning =
  | 'responseId'
  | 'raterId'
  | 'score'
  | 'ratedAt'
  | 'note'
  | 'rubric'
  /** For people to read, such as the text that was rated: never read. */
  | 'ignored'
  | 'other';

/** Columns we know, by their plain names. */
const meanings: ReadonlyMap<string, ColumnMeaning> = new Map([
  ['responseid', 'responseId'],
  ['raterid', 'raterId'],
  ['rater', 'raterId'],
  ['annotator', 'raterId'],
  ['annotatorid', 'raterId'],
  ['score', 'score'],
  ['rating', 'score'],
  ['ratedat', 'ratedAt'],
  ['note', 'note'],
  ['rubric', 'rubric'],
  // What the draw writes for people to read, and what people call such texts and their own remarks.
  ...['batch', 'surface', 'conversation', 'request', 'context', 'response'].map(ignored),
  ...['prompt', 'question', 'answer', 'input', 'output', 'text'].map(ignored),
  ...['notes', 'comment', 'comments', 'remark', 'remarks'].map(ignored),
]);

function ignored(name: string): [string, ColumnMeaning] {
  return [name, 'ignored'];
}

/** A name without case, spaces, hyphens and underscores, in which people vary it. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/** What a column is for, by its name. */
export function meaningOf(name: string): ColumnMeaning {
  return meanings.get(plainName(name)) ?? 'other';
}

/** Numbers of the rows, as pandas writes them before the columns: `Unnamed: 0`, or no name at all. */
export function isRowIndex(name: string): boolean {
  return name === '' || /^unnamed: ?\d+(\.\d+)*$/i.test(name) || name.toLowerCase() === 'index';
}

/** Words that name a number of another kind than a person's scores. */
const measureWords = new Set(
  [
    'id ids uuid key nr no num number row rank order seq sequence position index page turn task project annotation',
    'item sample trace span session run dataset user author created updated completed started timestamp time date at',
    'duration seconds ms latency lead version status state source type kind name email group team age count total sum',
    'mean median avg average std min max score scores rating ratings label labels value values grade grades stars',
    'thumb thumbs vote votes feedback quality overall confidence probability weight agreement kappa alpha difficulty',
    'length tokens cost price temperature model judge llm gpt claude gemini auto machine baseline gold truth expected',
    'comment comments note notes reason explanation text language locale split fold flag flags reviewed correct pass',
  ]
    .join(' ')
    .split(' '),
);

/** Whether a name says by one of its words that it is something else than a rater. */
export function isMeasureName(name: string): boolean {
  return words(name).some((word) => measureWords.has(word));
}

/** `leadTime`, `lead_time` and `lead time 2` are the words lead and time. */
function words(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}#]+/u)
    .map((word) => (word === '#' ? 'nr' : word))
    .filter((word) => word !== '');
}

const raterPattern = /^\s*(?:rater|annotator|reviewer)(\s*:\s*|[\s._-]*)(.+?)\s*$/i;

/**
 * The rater whom a column of a wide file is named for: `ann` of `rater:ann`, `rater_2` of `rater_2`.
 *
 * @returns undefined where the name says no rater
 */
export function raterOf(name: string): string | undefined {
  const match = raterPattern.exec(name);
  const [, mark = '', who = ''] = match ?? [];
  if (match === null) return undefined;
  if (mark.includes(':')) return who;
  // "raters" and "ratersmith" are other words, "rater_count" is a number of them.
  return isMeasureName(who) || (mark === '' && !/^\d/.test(who)) ? undefined : name.trim();
}

const mostNamed = 12;
const mostNameCharacters = 24;

/** Names of columns in a message, few and short. */
export function listColumns(names: readonly string[]): string {
  const shown = names
    .filter((name) => name !== '')
    .slice(0, mostNamed)
    .map((name) =>
      JSON.stringify(name.length <= mostNameCharacters ? name : `${name.slice(0, mostNameCharacters - 1)}…`),
    );
  const left = names.filter((name) => name !== '').length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

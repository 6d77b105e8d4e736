import { type ColumnMeaning, plainName } from './columns.ts';

/** A tool whose exports of people's ratings are known by their columns. */
export interface RatingExport {
  readonly tool: string;
  /** Sets of plain names, of which one is in each of its files. */
  readonly signatures: readonly (readonly string[])[];
  /** What its columns mean beside those that every file may have, by plain name. Of several of one meaning the first that is there. */
  readonly columns: readonly (readonly [string, ColumnMeaning])[];
  /** The column that says who or what gave a score, and what it says of people. */
  readonly givenBy?: { readonly column: string; readonly people: RegExp } | undefined;
  /** Columns that name what was scored, of which the first counts: a file may hold scores of one name. */
  readonly scoreNames?: readonly string[] | undefined;
  /** What is to be known of its exports where one is not read. */
  readonly hint: string;
}

const add = 'add a column response_id with the ids that your application sent';

/** One row a tool. Columns as the tools' own code or documents name them. */
export const ratingExports: readonly RatingExport[] = [
  {
    tool: 'Label Studio',
    signatures: [['annotationid', 'annotator', 'leadtime']],
    columns: [
      ['updatedat', 'ratedAt'],
      ['createdat', 'ratedAt'],
    ],
    hint: 'its tasks must carry response_id in their data, and the rating be a tag named score or rating',
  },
  {
    tool: 'Argilla',
    signatures: [['serverid', 'status']],
    columns: [],
    hint: 'export records as JSON with response_id in their metadata or fields, and the question named score or rating',
  },
  {
    tool: 'Langfuse',
    signatures: [
      ['traceid', 'name', 'value', 'source', 'datatype'],
      ['traceid', 'name', 'value', 'source', 'stringvalue'],
    ],
    columns: [
      ['value', 'score'],
      ['authoruserid', 'raterId'],
      ['comment', 'note'],
      ['timestamp', 'ratedAt'],
    ],
    givenBy: { column: 'source', people: /^annotation$/i },
    scoreNames: ['name'],
    hint: `a trace id is its own: ${add}, or rename trace_id to response_id where they are the same`,
  },
  {
    tool: 'Phoenix',
    signatures: [['annotatorkind']],
    columns: [
      ['result.score', 'score'],
      ['userid', 'raterId'],
      ['result.explanation', 'note'],
      ['explanation', 'note'],
      ['updatedat', 'ratedAt'],
      ['createdat', 'ratedAt'],
    ],
    givenBy: { column: 'annotatorkind', people: /^human$/i },
    scoreNames: ['annotationname', 'name'],
    hint: `a span id is its own: ${add}, or rename span_id to response_id where they are the same`,
  },
  {
    tool: 'Datadog',
    signatures: [
      ['contentid'],
      ['interactionid'],
      ['labelvalues'],
      ['annotationqueueid'],
      ['mlapp'],
      ['@mlapp'],
      ['@traceid'],
      ['@metaspan.kind'],
    ],
    columns: [],
    hint: `content, trace and span ids are its own: ${add}, and name the columns of annotator and label rater_id and score`,
  },
];

/** The tool that a file's columns speak of; undefined where they speak of none. */
export function findExport(names: readonly string[]): RatingExport | undefined {
  const plain = new Set(names.map(plainName));
  return ratingExports.find(({ signatures }) =>
    signatures.some((signature) => signature.every((name) => plain.has(name))),
  );
}

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readRatings } from '#test/support/read-ratings.ts';
import { isPolluted } from '#test/support/spoilt-documents.ts';

const uploadedAt = Date.parse('2026-11-20T12:00:00Z');
const runs = 200;
/** Another one each time; a failure prints it. */
const seed = Math.floor(Math.random() * 2 ** 31);

/** What people said: of twelve responses, two of them, all scores of the scale. */
const given = Array.from({ length: 24 }, (_, index) => ({
  response: `resp-${String(index >> 1).padStart(2, '0')}`,
  rater: index % 2 === 0 ? 'ann' : 'ben',
  score: ((index * 7 + (index >> 2)) % 5) + 1,
}));
const said = new Set(given.map(({ response, rater, score }) => `${response} ${rater} ${score}`));
const existing = new Set(given.map(({ response }) => response));

/** Ratings that count: of responses that exist. */
function counting(text: string): string[] {
  return readRatings(text, { uploadedAt, criterionIds: ['helps'] }).entries.flatMap((entry) => {
    // A score that criteria have to make is another matter.
    if (entry.kind === 'refused' || entry.row.score === undefined) return [];
    if (!existing.has(entry.row.responseId)) return [];
    return [`${entry.row.responseId} ${entry.row.raterId} ${entry.row.score}`];
  });
}

function expectNothingInvented(text: string): void {
  // Whoever writes another name in the place of a rater's, or a quote into it, gives the rating to that name.
  expect(
    counting(text).filter((rating) => !said.has(rating.replaceAll('"', '')) && !rating.includes(' words ')),
  ).toEqual([]);
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: string;
  readonly before: string;
}

const long = (head: string[], rowOf: (rating: (typeof given)[number], index: number) => string[]): Table => ({
  head,
  rows: given.map(rowOf),
  delimiter: ',',
  before: '',
});
const wide = (head: string[], index = false): Table => ({
  head,
  rows: [...existing].map((response, place) => [
    ...(index ? [String(place)] : []),
    response,
    ...given.filter((one) => one.response === response).map(({ score }) => String(score)),
  ]),
  delimiter: ',',
  before: '',
});
const at = '2026-11-04T09:00:00.5Z';

const tables: Readonly<Record<string, Table>> = {
  'a row a rating': long(['response_id', 'rater_id', 'score'], ({ response, rater, score }) => [
    response,
    rater,
    String(score),
  ]),
  'with sep=, times and notes': {
    ...long(['response_id', 'rater_id', 'score', 'rated_at', 'note'], ({ response, rater, score }) => [
      response,
      rater,
      `${score}.0`,
      at,
      'words',
    ]),
    delimiter: ';',
    before: 'sep=;\n',
  },
  'with tabs': {
    ...long(['rater', 'Score', 'Response ID', 'batch'], ({ response, rater, score }) => [
      rater,
      String(score),
      response,
      'b-1',
    ]),
    delimiter: '\t',
  },
  'named raters': wide(['response_id', 'rater:ann', 'rater:ben']),
  'bare raters': wide(['response_id', 'ann', 'ben']),
  'bare raters behind an index': wide(['Unnamed: 0', 'response_id', 'ann', 'ben'], true),
  'of Label Studio': long(
    ['annotation_id', 'annotator', 'created_at', 'id', 'lead_time', 'rating', 'response_id', 'updated_at'],
    ({ response, rater, score }, index) => [
      String(index + 1),
      rater,
      at,
      String(index + 1),
      '3',
      String(score),
      response,
      at,
    ],
  ),
  'of Langfuse': long(
    [
      'id',
      'timestamp',
      'trace_id',
      'name',
      'value',
      'source',
      'comment',
      'author_user_id',
      'data_type',
      'response_id',
    ],
    ({ response, rater, score }, index) => [
      `s${index}`,
      at,
      `t${index}`,
      'help',
      String(score),
      'ANNOTATION',
      '',
      rater,
      'NUMERIC',
      response,
    ],
  ),
};

/** Columns of other tools, whose numbers look like scores. */
const foreign = fc.constantFrom(
  'annotation_id',
  'lead_time',
  'id',
  'confidence',
  'quality',
  'user_id',
  'model_score',
  'timestamp',
  'helps',
  'row',
  '',
);

type Change = (table: Table) => Table;
const withoutCell = (row: readonly string[], place: number) => row.filter((_, index) => index !== place);
const withCell = (row: readonly string[], place: number, cell: string) => [
  ...row.slice(0, place),
  cell,
  ...row.slice(place),
];

const columnKinds = [
  'drop',
  'rename',
  'double',
  'insert',
  'swap',
  'times two',
  'halved',
  'repeat',
  'decimal comma',
  'head again',
];
const cellKinds = ['lose a cell', 'gain a cell'];

const changeOf = (kinds: readonly string[]): fc.Arbitrary<Change> =>
  fc.tuple(fc.nat(), fc.nat(), foreign, fc.constantFrom(...kinds)).map(([a, b, name, kind]) => (table) => {
    const { head, rows } = table;
    const place = a % head.length;
    const row = b % Math.max(1, rows.length);
    const each = (change: (cells: readonly string[], index: number) => readonly string[]) => ({
      ...table,
      rows: rows.map(change),
    });
    const scaled = (factor: number) =>
      each((cells) =>
        cells.map((cell) => (/^[1-5](\.0)?$/.test(cell) ? String(Number(cell) * factor) : cell)),
      );
    switch (kind) {
      case 'drop':
        return { ...each((cells) => withoutCell(cells, place)), head: withoutCell(head, place) };
      case 'rename':
        return { ...table, head: head.map((one, index) => (index === place ? name : one)) };
      case 'double':
        return {
          ...each((cells) => withCell(cells, place, cells[place] ?? '')),
          head: withCell(head, place, head[place] ?? ''),
        };
      case 'insert':
        return {
          ...each((cells, index) => withCell(cells, place, String((index % 5) + 1))),
          head: withCell(head, place, name),
        };
      case 'lose a cell':
        return each((cells, index) => (index === row ? withoutCell(cells, place) : cells));
      case 'gain a cell':
        return each((cells, index) => (index === row ? withCell(cells, place, '3') : cells));
      case 'swap': {
        const swap = (cells: readonly string[]) => [...cells.slice(place), ...cells.slice(0, place)];
        return { ...each((cells) => (cells.length === head.length ? swap(cells) : cells)), head: swap(head) };
      }
      case 'times two':
        return scaled(2);
      case 'halved':
        return scaled(0.2);
      case 'repeat':
        return { ...table, rows: rows.flatMap((cells, index) => (index === row ? [cells, cells] : [cells])) };
      case 'decimal comma':
        return each((cells) =>
          cells.map((cell) => (/^[1-5](\.0)?$/.test(cell) ? `"${cell.charAt(0)},0"` : cell)),
        );
      default:
        return { ...table, rows: [...rows.slice(0, row), head, ...rows.slice(row)] };
    }
  });

/** A cell that is lost and one that is gained would leave a row that nothing tells from a good one. */
const changes = fc.oneof(
  { weight: 3, arbitrary: fc.array(changeOf(columnKinds), { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: changeOf(cellKinds).map((change) => [change]) },
);

const write = ({ head, rows, delimiter, before }: Table) =>
  before + [head, ...rows].map((cells) => `${cells.join(delimiter)}\n`).join('');

/** A text cut off, with a piece lost, or with odd characters in it. */
const damage = fc
  .tuple(fc.nat(), fc.constantFrom('none', 'none', 'cut', 'quote', 'nul', 'returns', 'blank'))
  .map(([where, kind]) => (text: string) => {
    const place = where % (text.length + 1);
    switch (kind) {
      case 'cut':
        // Of a few rows nobody could tell that their scale is another one, nor of half a name that it is half.
        return text.slice(0, text.lastIndexOf('\n', Math.max(place, Math.ceil(text.length * 0.8))) + 1);
      case 'quote':
        return `${text.slice(0, place)}"${text.slice(place)}`;
      case 'nul':
        return `${text.slice(0, place)}\u0000${text.slice(place)}`;
      case 'returns':
        return text.replaceAll('\n', '\r');
      case 'blank':
        return `\n\n${text.replaceAll('\n', '\n\n')}`;
      default:
        return text;
    }
  });

afterEach(() => expect(isPolluted()).toBe(false));

describe(`a ratings file that something befell (seed ${seed})`, () => {
  it.each(Object.entries(tables))('brings out no rating that nobody gave: CSV %s', (_, table) => {
    expect(new Set(counting(write(table)))).toEqual(said);
    fc.assert(
      fc.property(changes, damage, (all, damaged) => {
        expectNothingInvented(damaged(write(all.reduce((changed, change) => change(changed), table))));
      }),
      { numRuns: runs, seed },
    );
  });

  it.each(Object.entries(tables))('is refused where another column says the same: CSV %s', (_, table) => {
    const names = fc.constantFrom('score', 'SCORE', 'rating', ' Rating', 'rater', 'annotator', 'response id');
    fc.assert(
      fc.property(names, fc.nat(), (name, where) => {
        const place = where % (table.head.length + 1);
        const rows = table.rows.map((cells, index) => withCell(cells, place, String((index % 5) + 1)));
        expectNothingInvented(write({ ...table, head: withCell(table.head, place, name), rows }));
      }),
      { numRuns: 50, seed },
    );
  });

  const objects: Readonly<Record<string, readonly unknown[]>> = {
    lines: given.map(({ response, rater, score }) => ({
      response_id: response,
      rater_id: rater,
      score,
      note: 'words',
    })),
    'of Label Studio': given.map(({ response, rater, score }, index) => ({
      id: index + 1,
      data: { response_id: response, text: 'words' },
      annotations: [
        {
          id: index + 1,
          completed_by: rater,
          lead_time: 3,
          was_cancelled: false,
          updated_at: at,
          result: [{ from_name: 'rating', type: 'rating', value: { rating: score } }],
        },
      ],
      predictions: [{ result: [{ from_name: 'rating', type: 'rating', value: { rating: 1 } }] }],
    })),
    'of Argilla': given.map(({ response, rater, score }, index) => ({
      id: `x${index}`,
      fields: { text: 'words' },
      metadata: { response_id: response },
      responses: { score: [{ value: score, user_id: rater }] },
      suggestions: { score: { value: 2 } },
      status: 'completed',
      _server_id: `y${index}`,
    })),
  };

  /** One piece of the text after the other is what befalls it: names, values, brackets. */
  const editOf = (...kinds: string[]) => fc.tuple(fc.nat(), fc.constantFrom(...kinds));
  const edits = fc.oneof(
    fc.array(editOf('rename', 'null', 'list', 'text', 'lose'), { minLength: 1, maxLength: 3 }),
    editOf('double').map((edit) => [edit]),
  );
  const edited = (text: string, all: readonly (readonly [number, string])[]) =>
    all.reduce((changed, [where, kind]) => {
      const members = [...changed.matchAll(/"([a-z_]+)":("[^"]*"|[\d.]+|true|false|null)(,?)/g)];
      const member = members[where % Math.max(1, members.length)];
      if (member === undefined) return changed;
      const [whole, name, value, comma] = member;
      const other = {
        rename: `"x_${name}":${value}${comma}`,
        null: `"${name}":null${comma}`,
        list: `"${name}":[${value}]${comma}`,
        double: `"${name}":${value},"${name}":3${comma}`,
        text: `"${name}":"words"${comma}`,
        lose: '',
      }[kind];
      return changed.slice(0, member.index) + (other ?? whole) + changed.slice(member.index + whole.length);
    }, text);

  it.each(Object.entries(objects))('brings out no rating that nobody gave: JSON %s', (name, all) => {
    const text =
      name === 'lines' ? all.map((one) => `${JSON.stringify(one)}\n`).join('') : JSON.stringify(all);
    expect(new Set(counting(text))).toEqual(said);
    fc.assert(
      fc.property(edits, damage, (changed, damaged) => expectNothingInvented(damaged(edited(text, changed)))),
      { numRuns: runs, seed },
    );
  });
});

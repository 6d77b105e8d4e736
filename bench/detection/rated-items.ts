import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A response that a judge and people have scored. */
export interface RatedItem {
  readonly judgePasses: boolean;
  /** Of its raters, each whether he passed it. */
  readonly people: readonly boolean[];
}

/** A public data set whose responses came from one model and then from others. */
export interface DataSet {
  readonly name: string;
  /** By model, the one of before first. */
  readonly models: ReadonlyMap<string, readonly RatedItem[]>;
}

const files = ['responses.jsonl', 'recorded-verdicts.jsonl', 'ratings.csv'] as const;

/** Overall scores from here on pass. */
const passMark = 3;

/** The data sets of a folder that hold responses, a judge's scores and people's: each in a folder of its name. */
export function readDataSets(folder: string): DataSet[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && files.every((file) => existsSync(join(folder, entry.name, file))),
    )
    .map(({ name }) => readDataSet(name, join(folder, name)))
    .filter(({ models }) => models.size > 1);
}

function readDataSet(name: string, folder: string): DataSet {
  const lines = (file: (typeof files)[number]) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  const verdicts = new Map<string, boolean>();
  for (const line of lines('recorded-verdicts.jsonl')) {
    const { responseId, score } = JSON.parse(line) as { responseId: string; score?: number };
    if (typeof score === 'number') verdicts.set(responseId, score >= passMark);
  }
  const people = new Map<string, boolean[]>();
  for (const line of lines('ratings.csv').slice(1)) {
    const [id = '', , score = ''] = line.split(',');
    people.set(id, [...(people.get(id) ?? []), Number(score) >= passMark]);
  }
  const models = new Map<string, RatedItem[]>();
  const records = lines('responses.jsonl').map(
    (line) => JSON.parse(line) as { id: string; at: string; model?: string },
  );
  for (const { id, model = 'unknown' } of records.toSorted((a, b) => a.at.localeCompare(b.at))) {
    const judgePasses = verdicts.get(id);
    const rated = people.get(id);
    if (judgePasses === undefined || rated === undefined) continue;
    models.set(model, [...(models.get(model) ?? []), { judgePasses, people: rated }]);
  }
  return { name, models };
}

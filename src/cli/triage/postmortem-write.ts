import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRatingStore, gatherRated } from '#adapters/dynamodb/rating-store.ts';
import { presentCalibration } from '#core/calibration/use-calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { csvLine } from '#core/rating/csv-writer.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { sumColumn } from '#core/series/series-set.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day } from '#core/time.ts';
import { impactOf } from '#core/triage/impact.ts';
import { type Postmortem, postmortemMarkdown, type RatedEvidence } from '#core/triage/postmortem-markdown.ts';
import { comparedBefore, isIn } from '#core/triage/triage.ts';
import { openSource, type ReportSource } from '../target/target.ts';
import { CliError } from '../terminal/output.ts';
import type { PostmortemOptions } from './postmortem.ts';
import { type TriageWork, triageSlo } from './triage-slo.ts';
import { requireInstant, requireSloOf } from './why-slo.ts';
import { triageJson } from './why-text.ts';

/** Roll-ups are kept for months; an incident that is longer than this is none. */
const longest = 30 * day;
const worstShown = 20;

const files = [
  ['series.csv', 'good and all events by 5-minute bucket, of the whole and of each slice that is stored'],
  ['verdicts.csv', 'the verdicts that were read, without texts'],
  ['data.json', 'everything above as JSON (docs/triage.md)'],
] as const;

/** Writes the bundle. @throws CliError where it cannot, with what to do */
export async function writePostmortem(name: string, options: PostmortemOptions): Promise<void> {
  const incident = {
    from: requireInstant('--from', options.from),
    to: requireInstant('--to', options.to),
  };
  if (!(incident.to > incident.from)) throw new CliError('--to: wanted an instant after --from.');
  if (incident.to - incident.from > longest)
    throw new CliError('--to: wanted an instant at most 30 days after --from.');
  const source = await openSource(options);
  try {
    const slo = requireSloOf(source.catalogue, name, options.surface);
    const folder = options.out ?? `postmortem-${slo.surface}-${slo.id}-${fileInstant(incident.from)}`;
    if (options.force !== true) await requireNone(folder);
    const work = await triageSlo(source, slo, {
      period: { from: incident.from - comparedBefore, to: incident.to },
      incident,
      worst: worstShown,
    });
    const postmortem = await compose(source, slo, incident, work);
    const data = `${JSON.stringify(postmortemJson(postmortem), null, 2)}\n`;
    const written: Readonly<Record<string, string>> = {
      'postmortem.md': postmortemMarkdown(postmortem),
      'series.csv': seriesCsv(work, slo),
      'verdicts.csv': verdictsCsv(work),
      'data.json': data,
    };
    await makeFolder(folder, options.force === true);
    for (const [file, text] of Object.entries(written)) await writeFile(join(folder, file), text);
    const say = options.json === true ? console.error : console.log;
    if (options.json === true) process.stdout.write(data);
    say(`The postmortem is in ${join(folder, 'postmortem.md')}. Actions and lessons are yours to fill in.`);
  } finally {
    await source.close();
  }
}

/** `2026-11-03T0915Z`: an instant that every file system takes. */
function fileInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace(':', '')}Z`;
}

async function requireNone(folder: string): Promise<void> {
  const isThere = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (isThere) throw new CliError(describeThere(folder));
}

function describeThere(folder: string): string {
  return `${folder} is there already. Name another folder with --out, or replace the files in it with --force.`;
}

async function makeFolder(folder: string, force: boolean): Promise<void> {
  try {
    await mkdir(folder, { recursive: force });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CliError(
      code === 'EEXIST'
        ? describeThere(folder)
        : `--out: ${folder} cannot be made (${code}). Name a folder within one that exists.`,
    );
  }
}

async function compose(
  source: ReportSource,
  slo: Slo,
  incident: Postmortem['incident'],
  work: TriageWork,
): Promise<Postmortem> {
  const { triage, series, seriesSet, rubric } = work;
  const judged = slo.sli.kind === 'judge-pass' && rubric !== undefined;
  const usual = { from: incident.from - comparedBefore, to: triage.comparison?.before.to ?? incident.from };
  return {
    triage,
    owner: slo.owner,
    incident,
    impact: impactOf({
      counted: series.whole.between(incident.from, incident.to),
      before: series.whole.between(usual.from, Math.min(usual.to, incident.to)),
      responses: judged
        ? sumColumn(seriesSet.column(slo.surface, '*', 'n'), incident.from, incident.to)
        : series.whole.between(incident.from, incident.to).total,
      objective: triage.proxy === null ? slo.objective : null,
      windowTotal: series.whole.window(incident.to, slo.window).total,
    }),
    calibration:
      judged && slo.calibration === 'required' ? await calibrationAt(source, slo, rubric, incident.to) : null,
    ratings: judged ? await ratingsOf(source, slo, rubric, usual, incident) : null,
    files,
  };
}

/** Versions of a calibration that are looked through for the one of the time. */
const versions = 50;

/** The calibration as the evaluation of that time would have found it. */
async function calibrationAt(
  { dynamo, tables }: ReportSource,
  slo: Slo,
  rubric: Rubric,
  at: number,
): Promise<Postmortem['calibration']> {
  const store = createRatingStore(dynamo, tables.ratings);
  const own = (await store.readCalibrations()).filter(
    (each) => each.surface === slo.surface && each.rubric.id === rubric.id,
  );
  const then = (await Promise.all(own.map((each) => store.readHistory(each, versions)))).flatMap(
    (history) => history.find(({ madeAt }) => madeAt <= at) ?? [],
  );
  const { state, reason, ratings } = presentCalibration(
    then,
    { rubric, fingerprint: judgeFingerprint(rubric) },
    at,
  );
  return { state, reason, ratings };
}

async function ratingsOf(
  { dynamo, tables }: ReportSource,
  slo: Slo,
  rubric: Rubric,
  before: { from: number; to: number },
  during: { from: number; to: number },
): Promise<Postmortem['ratings']> {
  const store = createRatingStore(dynamo, tables.ratings);
  const rated = await gatherRated(store.readGroup({ surface: slo.surface, rubric }));
  const responses = rated.get(judgeFingerprint(rubric)) ?? [];
  const evidence = (period: { from: number; to: number }): RatedEvidence => {
    const inside = responses.filter(({ at, judge }) => isIn(at, period) && judge?.score !== undefined);
    return {
      rated: inside.length,
      passed: inside.filter(({ ratings }) => medianOf(ratings.map(({ score }) => score)) >= rubric.passMark)
        .length,
      judgePassed: inside.filter(({ judge }) => (judge?.score ?? 0) >= rubric.passMark).length,
    };
  };
  return { before: evidence(before), during: evidence(during) };
}

function medianOf(scores: readonly number[]): number {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function postmortemJson({ triage, incident, impact, calibration, ratings, owner }: Postmortem) {
  return {
    incident: { from: new Date(incident.from).toISOString(), to: new Date(incident.to).toISOString() },
    owner,
    impact,
    calibration,
    ratings,
    ...triageJson(triage),
  };
}

/** Buckets of the period in order of time; the whole is the slice `*`. */
function seriesCsv({ triage, series }: TriageWork, slo: Slo): string {
  const lines = [csvLine(['at', 'slo', 'surface', 'dimension', 'slice', 'good', 'total'])];
  const all = [
    { dimension: '', name: '*', series: series.whole },
    ...series.slices.flatMap(({ dimension, series: slices }) =>
      [...slices].map(([name, each]) => ({ dimension, name, series: each })),
    ),
  ];
  for (const { dimension, name, series: each } of all)
    for (const { at, good, total } of each.buckets())
      if (isIn(at, triage.searched))
        lines.push(csvLine([new Date(at).toISOString(), slo.id, slo.surface, dimension, name, good, total]));
  return `${lines.join('\n')}\n`;
}

function verdictsCsv({ triage, verdicts, rubric }: TriageWork): string {
  const criteria = rubric?.criteria.map(({ id }) => id) ?? [];
  const lines = [
    csvLine([
      'at',
      'slo',
      'stretch',
      'response_id',
      'score',
      'pass',
      'release',
      'model',
      'cohort',
      ...criteria,
    ]),
  ];
  for (const verdict of verdicts) {
    const isBefore = triage.comparison !== null && isIn(verdict.at, triage.comparison.before);
    lines.push(
      csvLine([
        new Date(verdict.at).toISOString(),
        triage.slo,
        isBefore ? 'before' : 'since',
        verdict.responseId,
        verdict.score ?? '',
        verdict.pass === true ? 'true' : 'false',
        verdict.release ?? '',
        verdict.model ?? '',
        verdict.cohort ?? '',
        ...criteria.map((id) => verdict.criteria[id] ?? ''),
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}

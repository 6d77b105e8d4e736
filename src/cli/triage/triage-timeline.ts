import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { readAlarmChanges } from '#adapters/cloudwatch/alarms.ts';
import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import { readIncidents } from '#adapters/dynamodb/operator-entries.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { calibrationName } from '#core/calibration/calibration.ts';
import { staleAfter } from '#core/calibration/use-calibration.ts';
import { countOf } from '#core/count-of.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { describeAlarmChanges } from '#core/triage/alarm-changes.ts';
import {
  findTrafficShift,
  firstBucketOf,
  firstSeen,
  type TimelineEntry,
  withoutFirst,
} from '#core/triage/timeline.ts';
import { visibleText } from '#core/triage/visible-text.ts';
import type { Target } from '../target/target.ts';
import { oneLine } from '../terminal/text.ts';

export interface TimelineInput {
  readonly target: Target;
  readonly slo: Slo;
  readonly rubric: Rubric | undefined;
  readonly seriesSet: SeriesSet;
  readonly period: { readonly from: number; readonly to: number };
  /** Of the hours that were read, in order of time. */
  readonly verdicts: readonly StoredJudgement[];
  readonly start: number | undefined;
}

/** Everything with a time that may have to do with a fall, in order of time, and what could not be read. */
export async function readTimeline(
  input: TimelineInput,
): Promise<{ timeline: TimelineEntry[]; caveats: string[] }> {
  const { period } = input;
  const caveats: string[] = [];
  const [incidents, calibrations, alarms] = await Promise.all([
    incidentsOf(input),
    calibrationsOf(input),
    alarmsOf(input, caveats),
  ]);
  const timeline = [
    ...releasesOf(input),
    ...modelsOf(input),
    ...judgesOf(input),
    ...trafficOf(input),
    ...operatorsOf(input),
    ...incidents,
    ...calibrations,
    ...alarms,
  ]
    .filter(({ at }) => at >= period.from && at <= period.to)
    .toSorted((first, second) => first.at - second.at);
  return { timeline, caveats };
}

function quote(name: string): string {
  return visibleText(name, 60);
}

function releasesOf({ seriesSet, slo }: TimelineInput): TimelineEntry[] {
  const releases = [...seriesSet.slices(slo.surface)].flatMap(([slice, columns]) => {
    const at = slice.startsWith('r:') ? firstBucketOf(columns.get('n')) : undefined;
    return at === undefined ? [] : [{ name: slice.slice(2), at }];
  });
  const beginning = firstBucketOf(seriesSet.column(slo.surface, '*', 'n'));
  const seen = beginning === undefined ? releases : [{ name: '', at: beginning }, ...releases];
  return withoutFirst(seen).map(({ name, at }) => ({
    at,
    kind: 'release',
    text: `release ${quote(name)} first seen`,
  }));
}

function modelsOf({ verdicts }: TimelineInput): TimelineEntry[] {
  return withoutFirst(firstOf(verdicts, ({ model }) => model)).map(({ name, at }) => ({
    at,
    kind: 'model',
    text: `model ${quote(name)} first seen among judged responses`,
  }));
}

function judgesOf({ seriesSet, slo, rubric, verdicts }: TimelineInput): TimelineEntry[] {
  if (slo.sli.kind !== 'judge-pass' || rubric === undefined) return [];
  const columns = seriesSet.slices(slo.surface).get('*');
  const versions = firstSeen(columns, `v:${rubric.id}@`, '|judged').map(
    ({ name, at }): TimelineEntry => ({
      at,
      kind: 'rubric',
      text: `version ${quote(name)} of the rubric ${rubric.id} judged for the first time`,
    }),
  );
  const returned = firstSeen(columns, verdictColumn(rubric, 'model:')).map(
    ({ name, at }): TimelineEntry => ({
      at,
      kind: 'judge',
      text: `the judge's provider began to answer with ${quote(name)}`,
    }),
  );
  const fingerprints = withoutFirst(firstOf(verdicts, ({ fingerprint }) => fingerprint)).map(
    ({ name, at }): TimelineEntry => ({
      at,
      kind: 'judge',
      text: `another judge took over (fingerprint ${quote(name)}: model, parameters or prompt changed)`,
    }),
  );
  return [...versions, ...returned, ...fingerprints];
}

function firstOf(
  verdicts: readonly StoredJudgement[],
  nameOf: (verdict: StoredJudgement) => string | undefined,
): { name: string; at: number }[] {
  const first = new Map<string, number>();
  for (const verdict of verdicts) {
    const name = nameOf(verdict);
    if (name !== undefined) first.set(name, Math.min(verdict.at, first.get(name) ?? verdict.at));
  }
  return [...first].map(([name, at]) => ({ name, at }));
}

function trafficOf({ seriesSet, slo, start }: TimelineInput): TimelineEntry[] {
  if (start === undefined) return [];
  const ratio = findTrafficShift(seriesSet.column(slo.surface, '*', 'n'), start);
  if (ratio === undefined) return [];
  const change =
    ratio === 0
      ? 'stopped'
      : ratio > 1
        ? `grew to ${formatNumber(ratio)} times`
        : `shrank to 1/${formatNumber(1 / ratio)}`;
  return [{ at: start, kind: 'traffic', text: `traffic ${change}, three hours against the three before` }];
}

function operatorsOf({ target, slo, rubric }: TimelineInput): TimelineEntry[] {
  const cleared = target.control.rollbackClears.get(sloName(slo));
  const judge = rubric === undefined ? undefined : judgeOf(target.catalogue, rubric).name;
  const circuits = target.control.circuits.filter(({ model }) => model === judge);
  return [
    ...(cleared === undefined
      ? []
      : [{ at: cleared, kind: 'operator' as const, text: 'somebody cleared the standing rollback' }]),
    ...circuits.map(({ openedAt, model, reason }) => ({
      at: openedAt,
      kind: 'judge' as const,
      text: `the judge ${quote(model)} cannot be used since: ${visibleText(reason, 120)}`,
    })),
  ];
}

async function incidentsOf({ target }: TimelineInput): Promise<TimelineEntry[]> {
  const { dynamo, tables } = target;
  return (await readIncidents({ dynamo, table: tables.series })).flatMap(({ provider, from, to, note }) => [
    {
      at: from,
      kind: 'incident' as const,
      text: `incident of ${quote(provider)} began${to === null ? ' and goes on' : ''}: ${visibleText(note, 160)}`,
    },
    ...(to === null
      ? []
      : [{ at: to, kind: 'incident' as const, text: `incident of ${quote(provider)} ended` }]),
  ]);
}

/** Versions of a calibration that are looked at. */
const calibrationVersions = 30;

async function calibrationsOf({ target, slo, rubric }: TimelineInput): Promise<TimelineEntry[]> {
  if (slo.calibration !== 'required' || rubric === undefined) return [];
  const store = createRatingStore(target.dynamo, target.tables.ratings);
  const histories = await store.readHistories(slo.surface, rubric.id, calibrationVersions);
  return histories.flatMap((history) =>
    history.flatMap((each, index) => {
      const made = {
        at: each.madeAt,
        kind: 'calibration' as const,
        text: `calibration ${each.number} of ${calibrationName(each)} made: ${each.state}, ${countOf(each.ratings, 'rating')}`,
      };
      const isNewest = index === 0;
      return isNewest && each.state === 'valid' && each.window !== undefined
        ? [
            made,
            {
              at: each.window.to + staleAfter,
              kind: 'calibration' as const,
              text: 'the calibration became stale',
            },
          ]
        : [made];
    }),
  );
}

async function alarmsOf({ target, slo, period }: TimelineInput, caveats: string[]): Promise<TimelineEntry[]> {
  const cloudwatch = new CloudWatchClient({});
  try {
    const changes = await Promise.all(
      slo.severities.map(async (severity) =>
        (
          await readAlarmChanges(
            cloudwatch,
            sloAlarmName(target.stage, slo, severity),
            period.from,
            period.to,
          )
        ).map(({ at, to }) => ({ at, to, severity })),
      ),
    );
    return describeAlarmChanges(changes.flat()).map((each) => ({ ...each, kind: 'alarm' as const }));
  } catch (error) {
    caveats.push(
      `The alarms' history could not be read: ${oneLine(error instanceof Error ? error.message : String(error), 200)}`,
    );
    return [];
  } finally {
    cloudwatch.destroy();
  }
}

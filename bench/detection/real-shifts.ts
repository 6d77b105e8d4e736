import { leastSlope } from '#core/calibration/calibration-state.ts';
import type { Severity } from '#core/names.ts';
import { knownRateSlo } from '#core/slo/definition/known-rate.ts';
import { drawCalibrations } from '#core/slo/replay/assumed-calibration.ts';
import { CountSeries } from '#core/slo/rules/count-series.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { bucketsPerDay, bucketWidth } from '#core/time.ts';
import { bucketStart, dayOf, historyDays, type Pattern, type PatternWorld } from './patterns.ts';
import { isUnderByZ } from './peers.ts';
import { type DataSet, type RatedItem, readDataSets } from './rated-items.ts';
import { arrive, watchOnTime } from './watch-world.ts';

/** Real responses of one model, then of another: drawn with replacement, 500 a day, each by one of its raters. */

const perDay = 500;
const shiftsOn = 3;
const severities: readonly Severity[] = ['page', 'ticket'];

export interface RealShift {
  readonly dataSet: string;
  readonly shift: string;
  /** People's pass shares before and after. */
  readonly before: number;
  readonly after: number;
  readonly objective: number;
  /** Hours in the median from the shift, by watcher; of no shift the share of weeks with a false alarm. Null: never. */
  readonly found: Readonly<Record<string, number | null>>;
  readonly calibrated: boolean;
}

const watchers = ['ticket', 'page', 'judge-ticket', 'judge-page', 'z'] as const;

export function measureRealShifts(
  folder: string,
  worlds: number,
  seed: string,
  tell: (text: string) => void,
): RealShift[] {
  return readDataSets(folder).flatMap((dataSet) => {
    const [[first, before] = ['', []], ...others] = [...dataSet.models];
    const second = others[0] ?? ['', []];
    const rest = others.slice(1).flatMap(([, items]) => items);
    const shifts: [string, readonly RatedItem[], number][] = [
      [`${first} alone`, before, 0],
      [`${first} to ${second[0]}`, second[1], 1],
      [`a quarter of ${first} to ${second[0]}`, second[1], 0.25],
      ...(rest.length > 0
        ? [[`a tenth of ${first} to the others`, rest, 0.1] as [string, RatedItem[], number]]
        : []),
    ];
    return shifts.map(([shift, after, share]) => {
      tell(`${dataSet.name}: ${shift}`);
      return measureShift(dataSet, { shift, before, after, share }, worlds, seed);
    });
  });
}

interface Shift {
  readonly shift: string;
  readonly before: readonly RatedItem[];
  readonly after: readonly RatedItem[];
  /** Of the traffic, that comes from the other model. */
  readonly share: number;
}

function measureShift({ name }: DataSet, shift: Shift, worlds: number, seed: string): RealShift {
  const usual = peoplePass(shift.before);
  const objective = 1 - (1 - usual) * (16 / 11);
  const after = (1 - shift.share) * usual + shift.share * peoplePass(shift.after);
  const calibrations = drawCalibrations(
    { judge: judgeOf(shift.before), ratings: 200, passShare: usual, judged: 10_000 },
    64,
    leastSlope,
  );
  const known = { ...knownRateSlo({ id: 'known', surface: 'bench' }, objective).slo, severities };
  const judged = { ...known, sli: { kind: 'judge-pass' }, calibration: 'required' } as const;
  const times: Record<string, number[]> = Object.fromEntries(watchers.map((id) => [id, []]));
  for (let number = 0; number < worlds; number += 1) {
    const { people, judge } = drawWorlds(shift, createRandom(`${seed}/${name}/${shift.shift}/${number}`));
    const firings = [
      ...watchOnTime(known, people, undefined),
      ...[...watchOnTime(judged, judge, calibrations[number % Math.max(1, calibrations.length)])].map(
        ([severity, at]) => [`judge-${severity}`, at] as const,
      ),
      ['z', watchByZ(people, objective)] as const,
    ];
    const found = new Map<string, number>(firings);
    for (const id of watchers) times[id]?.push((found.get(id) ?? Number.POSITIVE_INFINITY) - shiftsOn);
  }
  const summarize = shift.share === 0 ? shareOfAlarms : medianHours;
  return {
    dataSet: name,
    shift: shift.shift,
    before: usual,
    after,
    objective,
    found: Object.fromEntries(watchers.map((id) => [id, summarize(times[id] ?? [])])),
    calibrated: calibrations.length > 0,
  };
}

function shareOfAlarms(times: readonly number[]): number {
  return times.filter((time) => Number.isFinite(time)).length / times.length;
}

function medianHours(times: readonly number[]): number | null {
  const after = times.filter((time) => time > 0).toSorted((first, second) => first - second);
  const median = after[Math.floor(after.length / 2)];
  return median === undefined || !Number.isFinite(median) ? null : 24 * median;
}

function peoplePass(items: readonly RatedItem[]): number {
  const shares = items.map(({ people }) => people.filter(Boolean).length / people.length);
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** How the judge errs, a response counting by the share of its raters who pass it. */
function judgeOf(items: readonly RatedItem[]): { sensitivity: number; specificity: number } {
  const passed = items.filter(({ judgePasses }) => judgePasses);
  const good = peoplePass(items) * items.length;
  const goodPassed = peoplePass(passed) * passed.length;
  return {
    sensitivity: goodPassed / good,
    specificity: 1 - (passed.length - goodPassed) / (items.length - good),
  };
}

const pattern: Pattern = { id: 'real', label: 'real', days: 14, wanted: 'quiet', fill: () => {} };

function drawWorlds(
  { before, after, share }: Shift,
  random: RandomSource,
): { people: PatternWorld; judge: PatternWorld } {
  const count = (historyDays + pattern.days) * bucketsPerDay;
  const total = new Float64Array(count);
  const people = new Float64Array(count);
  const judge = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const isShifted = dayOf(bucketStart(index)) >= shiftsOn;
    const events = random.binomial(1_000, perDay / bucketsPerDay / 1_000);
    for (let event = 0; event < events; event += 1) {
      const items = isShifted && random.chance(share) ? after : before;
      const item = items[random.integer(items.length)];
      if (item === undefined) continue;
      total[index] = (total[index] ?? 0) + 1;
      if (item.people[random.integer(item.people.length)] === true) people[index] = (people[index] ?? 0) + 1;
      if (item.judgePasses) judge[index] = (judge[index] ?? 0) + 1;
    }
  }
  const world = { pattern, perDay, total, expected: people };
  return { people: { ...world, good: people }, judge: { ...world, good: judge } };
}

function watchByZ(world: PatternWorld, objective: number): number {
  const series = new CountSeries(Number.NEGATIVE_INFINITY, world.total.length);
  for (let index = 0; index < world.total.length; index += 1) {
    arrive(world, series, index);
    const now = bucketStart(index) + bucketWidth;
    if (index >= historyDays * bucketsPerDay && isUnderByZ(series, now, objective)) return dayOf(now);
  }
  return Number.POSITIVE_INFINITY;
}

export function formatRealShifts(shifts: readonly RealShift[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const head = [
    'data',
    'shift',
    'people pass',
    'objective',
    'ticket',
    'page',
    'judge: ticket',
    'judge: page',
    'z-test',
  ];
  const rows = shifts.map(({ dataSet, shift, before, after, objective, found, calibrated }) => [
    dataSet,
    shift,
    before === after ? percent(before) : `${percent(before)} to ${percent(after)}`,
    percent(objective),
    ...watchers.map((id) => {
      const value = found[id] ?? null;
      if (!calibrated && id === 'judge-page') return 'not calibrated';
      if (before === after) return `false: ${String(Number((value ?? 0).toFixed(3)))}`;
      return value === null ? 'never' : `${Number(value.toPrecision(3))} h`;
    }),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

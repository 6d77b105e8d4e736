/**
 * What a sample that zooms in changes. A world is drawn while the sample follows it: each 5 minutes the deployed rules
 * evaluate it and decide the factor of the next 5.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { replayZoomed, type ZoomedReplay } from '#core/slo/replay/replay-zoomed.ts';
import { day, hour } from '#core/time.ts';
import { makeSlo } from './rules.ts';
import { drawCalibration, healthyRate, origin } from './series.ts';
import { dropAfter, makeZoomedWorld, type Pattern, patterns } from './zoomed-world.ts';

/** So long it is well before anything is looked at: a fortnight is usual, and is what people rated. */
const before = 14 * day;
const months = 30 * day;
const longestWait = 14 * day;

/** One row: series of one world. `drop` is the rate that it falls to; a healthy month without. */
interface Cell {
  readonly pattern: Pattern;
  readonly perDay: number;
  readonly most: number;
  readonly drop?: number | undefined;
}

/** A series' outcome: hours to the page and to the ticket, or whether there was one; and what was judged more, over the usual. */
interface Outcome {
  readonly page: number | null;
  readonly ticket: number | null;
  readonly more: number;
}

interface Task {
  readonly cell: number;
  readonly first: number;
  readonly count: number;
}

const seed = 'zoom-1';
const cells: readonly Cell[] = [
  ...[1, 10].flatMap((most) => [
    { pattern: 'plain' as const, perDay: 500, most },
    { pattern: 'plain' as const, perDay: 500, most, drop: 0.8 },
    { pattern: 'plain' as const, perDay: 500, most, drop: 0.85 },
    { pattern: 'plain' as const, perDay: 100, most, drop: 0.8 },
  ]),
  ...patterns.filter((pattern) => pattern !== 'plain').map((pattern) => ({ pattern, perDay: 500, most: 10 })),
];

function simulate({ pattern, perDay, most, drop }: Cell, index: number): Outcome {
  const start = origin + before;
  const end = start + (drop === undefined ? months : longestWait);
  const rateAt = drop === undefined ? () => healthyRate : dropAfter(start, drop);
  const world = makeZoomedWorld(pattern, perDay, rateAt, `${seed}/${index}`);
  const replay = replayZoomed({
    slo: makeSlo(true, ['page', 'ticket']),
    calibration: drawCalibration(perDay, `${seed}/${index}/calibration`),
    draw: world.draw,
    most,
    mayJudgeMore: Number.POSITIVE_INFINITY,
    from: origin,
    to: end,
    stopAfter: ({ at, severity, to }) =>
      drop !== undefined && at > start && to === 'ALARM' && severity === 'page',
  });
  const more = replay.judgedMore / (replay.judged - replay.judgedMore);
  return { page: hoursTo(replay, 'page', start), ticket: hoursTo(replay, 'ticket', start), more };
}

function hoursTo({ transitions }: ZoomedReplay, severity: 'page' | 'ticket', start: number): number | null {
  const found = transitions.find(
    (each) => each.severity === severity && each.to === 'ALARM' && each.at > start,
  );
  return found === undefined ? null : (found.at - start) / hour;
}

if (!isMainThread)
  parentPort?.on('message', ({ cell, first, count }: Task) => {
    const world = cells[cell];
    if (world === undefined) return;
    parentPort?.postMessage(Array.from({ length: count }, (_, index) => simulate(world, first + index)));
  });

/** A table of every row, simulated by so many workers, its head first. @param series a row */
export async function measureZoom(
  series: number,
  workers: number,
  tell: (text: string) => void,
): Promise<string[][]> {
  const chunk = Math.max(1, Math.min(10, Math.ceil(series / 4)));
  const waiting: Task[] = cells.flatMap((_, cell) =>
    Array.from({ length: Math.ceil(series / chunk) }, (__, index) => ({
      cell,
      first: index * chunk,
      count: Math.min(chunk, series - index * chunk),
    })),
  );
  const found = cells.map((): Outcome[] => []);
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url));
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      found[task.cell]?.push(...(await ask(worker, task)));
      tell(`zoom, row ${task.cell + 1} of ${cells.length}`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: workers }, work));
  return [
    ['world', 'judged a day', 'zoom', 'page', 'ticket', 'judged more'],
    ...cells.map((cell, index) => describeRow(cell, found[index] ?? [])),
  ];
}

function ask(worker: Worker, task: Task): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task);
  });
}

function describeRow({ pattern, perDay, most, drop }: Cell, outcomes: readonly Outcome[]): string[] {
  const told = (read: (outcome: Outcome) => number | null) =>
    drop === undefined ? describeShare(outcomes.map(read)) : describeHours(outcomes.map(read));
  return [
    `${pattern}, ${drop === undefined ? 'healthy month' : `drop to ${drop}`}`,
    String(perDay),
    most === 1 ? 'off' : `x${most}`,
    told(({ page }) => page),
    told(({ ticket }) => ticket),
    drop === undefined ? describeMean(outcomes.map(({ more }) => 100 * more)) : '',
  ];
}

/** Share of series with an alarm, with Wilson's upper end. */
function describeShare(values: readonly (number | null)[]): string {
  const n = values.length;
  const share = values.filter((value) => value !== null).length / n;
  const z2 = 1.96 ** 2;
  const half = 1.96 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n ** 2));
  return `${share.toFixed(3)} (at most ${((share + z2 / (2 * n) + half) / (1 + z2 / n)).toFixed(3)})`;
}

/** The median with its interval by the binomial ranks. */
function describeHours(values: readonly (number | null)[]): string {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const n = sorted.length;
  const spread = (1.96 * Math.sqrt(n)) / 2;
  const at = (rank: number) => {
    const value = sorted[Math.max(0, Math.min(n - 1, Math.round(rank)))] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'never';
  };
  return `${at((n - 1) / 2)} h (${at(n / 2 - spread)} to ${at(n / 2 + spread)})`;
}

function describeMean(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const error = 1.96 * Math.sqrt(variance / values.length);
  return `${mean.toFixed(1)}% (${(mean - error).toFixed(1)} to ${(mean + error).toFixed(1)})`;
}

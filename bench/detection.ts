/**
 * How soon, and how often falsely, Assay's rules fire beside common ones, on simulated series of 30 days at 5-minute
 * ticks; then what they make of worlds whose events are not as alike as coins, of zoom, and of real shifts where their data is at hand.
 * `npm run bench:detection -- [--series 1000] [--worlds 200] [--only rules|patterns|zoom|real] [--data DIR] [--json]`. Tables go to
 * stdout, progress to stderr.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { formatTable } from '#cli/terminal/table.ts';
import { day, hour } from '#core/time.ts';
import { formatPatterns, measurePatterns } from './detection/pattern-table.ts';
import { formatRealShifts, measureRealShifts } from './detection/real-shifts.ts';
import { type Rule, rules } from './detection/rules.ts';
import { makeWorld, type Scenario, scenarios, type World } from './detection/series.ts';
import { measureZoom } from './detection/zoom.ts';

const volumes = [500, 10_000];
const seed = 'detection-1';

/** Some series, shown to every rule of their kind. */
interface Task {
  readonly judged: boolean;
  readonly scenario: Scenario['id'];
  readonly perDay: number;
  readonly first: number;
  readonly count: number;
}

/** By rule, per series: 1 for a false alarm else 0, or hours; -1 where it never came. */
type Values = Readonly<Record<string, readonly number[]>>;

function measure({ judged, scenario, perDay, first, count }: Task): Values {
  const shown = rules.filter((rule) => rule.judged === judged);
  const values: Record<string, number[]> = Object.fromEntries(shown.map(({ id }) => [id, []]));
  for (let index = first; index < first + count; index += 1) {
    const world = makeWorld(scenarios[scenario], perDay, judged, `${seed}/${index}`);
    for (const rule of shown) values[rule.id]?.push(measureOne(rule, world, scenario));
  }
  return values;
}

function measureOne(rule: Rule, world: World, scenario: Scenario['id']): number {
  const [, drop = 0, recovery = 0] = world.changes;
  switch (scenario) {
    case 'healthy':
    case 'boundary':
      return rule.watch(world, (_, on) => on).length > 0 ? 1 : 0;
    case 'drop': {
      const seen = rule.watch(world, (at, on) => on && at > drop).find(({ to }) => to > drop);
      return seen === undefined ? -1 : Math.max(0, seen.from - drop) / hour;
    }
    case 'recovery': {
      const spans = rule.watch(world, () => false);
      const standing = spans.find(({ from, to }) => from <= recovery && to > recovery);
      return standing === undefined ? 0 : standing.to >= world.to ? -1 : (standing.to - recovery) / hour;
    }
  }
}

if (isMainThread) await main();
else parentPort?.on('message', (task: Task) => parentPort?.postMessage(measure(task)));

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      series: { type: 'string', default: '1000' },
      worlds: { type: 'string', default: '200' },
      only: { type: 'string', multiple: true, default: ['rules', 'patterns', 'zoom', 'real'] },
      data: { type: 'string', default: '../shared/data' },
      json: { type: 'boolean', default: false },
    },
  });
  const worlds = readCount('worlds', options.worlds);
  const tell = (text: string) => process.stderr.write(`\r\u001b[2K${text}`);
  const found: Record<string, unknown> = {};
  const show = (name: string, data: unknown, text: string) => {
    tell('');
    found[name] = data;
    if (!options.json) console.log(`${text}\n`);
  };
  if (options.only.includes('rules')) await compareRules(readCount('series', options.series), show);
  if (options.only.includes('patterns')) {
    const cells = measurePatterns(worlds, seed, tell);
    show('patterns', cells, `${formatPatterns(cells)}\n\n${worlds} worlds a cell, seed ${seed}.`);
  }
  if (options.only.includes('zoom')) {
    const rows = await measureZoom(worlds, availableParallelism(), tell);
    show('zoom', rows, `${formatTable(rows)}\n\n${worlds} worlds a row; in brackets 95%.`);
  }
  if (options.only.includes('real')) {
    const shifts = measureRealShifts(options.data, worlds, seed, tell);
    const text =
      shifts.length === 0
        ? `Real shifts are left out: ${options.data} holds no data set of responses, verdicts and ratings.`
        : `${formatRealShifts(shifts)}\n\n${worlds} draws a cell, seed ${seed}.`;
    show('real', shifts, text);
  }
  if (options.json) console.log(JSON.stringify({ seed, ...found }, null, 2));
}

function readCount(name: string, given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${name} wants a whole number of at least 1, not "${given}"`);
}

async function compareRules(
  count: number,
  show: (name: string, data: unknown, text: string) => void,
): Promise<void> {
  const started = performance.now();
  const cells = await runAll(makeTasks(count));
  const rows = rules.flatMap((rule) => volumes.map((perDay) => summarise(rule, perDay, cells)));
  const seconds = Math.round((performance.now() - started) / 1000);
  show(
    'rules',
    { series: count, seconds, rows },
    `${printTable(rows)}\n\n${count} series a cell, seed ${seed}, ${seconds} s.\n${verdicts(rows)}`,
  );
}

function makeTasks(count: number): Task[] {
  const chunk = Math.max(1, Math.min(20, Math.ceil(count / 8)));
  const tasks: Task[] = [];
  for (const scenario of Object.keys(scenarios) as Scenario['id'][]) {
    for (const judged of [false, true]) {
      for (const perDay of volumes) {
        for (let first = 0; first < count; first += chunk) {
          tasks.push({ judged, scenario, perDay, first, count: Math.min(chunk, count - first) });
        }
      }
    }
  }
  return tasks;
}

/** Hands the tasks to as many workers as there are processors. */
async function runAll(tasks: Task[]): Promise<Map<string, number[]>> {
  const cells = new Map<string, number[]>();
  const waiting = [...tasks];
  let done = 0;
  let told = 0;
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url));
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        for (const [rule, values] of Object.entries(await ask(worker, task))) {
          const key = cellKey(rule, task.scenario, task.perDay);
          cells.set(key, [...(cells.get(key) ?? []), ...values]);
        }
        done += 1;
        const percent = Math.floor((100 * done) / tasks.length);
        if (percent > told && percent % 5 === 0) {
          told = percent;
          process.stderr.write(`${percent}% of ${tasks.length} batches\n`);
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
  return cells;
}

function ask(worker: Worker, task: Task): Promise<Values> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      act();
    };
    const onMessage = (result: Values) => settle(() => resolve(result));
    const onError = (error: Error) => settle(() => reject(error));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(task);
  });
}

function cellKey(rule: string, scenario: Scenario['id'], perDay: number): string {
  return `${rule}|${scenario}|${perDay}`;
}

interface Row {
  readonly rule: string;
  readonly label: string;
  readonly perDay: number;
  /** Share of series with an alarm in 30 days. */
  readonly falseHealthy: number;
  readonly falseBoundary: number;
  /** Hours from the drop to the alarm; null where most never fire. */
  readonly delayMedian: number | null;
  readonly delay95: number | null;
  /** Share of series that never saw the drop in ten days. */
  readonly missed: number;
  /** Hours from recovery to all clear. */
  readonly clearMedian: number | null;
  readonly clearedWithinDay: number;
}

function summarise(rule: Rule, perDay: number, cells: ReadonlyMap<string, number[]>): Row {
  const cell = (scenario: Scenario['id']) => cells.get(cellKey(rule.id, scenario, perDay)) ?? [];
  const share = (values: readonly number[], holds: (value: number) => boolean) =>
    values.filter(holds).length / values.length;
  return {
    rule: rule.id,
    label: rule.label,
    perDay,
    falseHealthy: share(cell('healthy'), (value) => value === 1),
    falseBoundary: share(cell('boundary'), (value) => value === 1),
    delayMedian: quantile(cell('drop'), 0.5),
    delay95: quantile(cell('drop'), 0.95),
    missed: share(cell('drop'), (value) => value < 0),
    clearMedian: quantile(cell('recovery'), 0.5),
    clearedWithinDay: share(cell('recovery'), (value) => value >= 0 && value <= day / hour),
  };
}

function quantile(hours: readonly number[], part: number): number | null {
  const ordered = hours
    .map((value) => (value < 0 ? Number.POSITIVE_INFINITY : value))
    .toSorted((a, b) => a - b);
  const value =
    ordered[Math.min(ordered.length - 1, Math.ceil(part * ordered.length) - 1)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(value) ? value : null;
}

function printTable(rows: readonly Row[]): string {
  const formatHours = (value: number | null) =>
    value === null ? 'never' : `${Number(value.toPrecision(3))} h`;
  const formatShare = (value: number) => value.toFixed(4);
  const lines = [
    [
      'rule',
      'judged a day',
      'false at .945',
      'false at .92',
      'delay to .80, median',
      '95%',
      'missed',
      'clears, median',
      'within a day',
    ],
    ...rows.map((row) => [
      row.label,
      String(row.perDay),
      formatShare(row.falseHealthy),
      formatShare(row.falseBoundary),
      formatHours(row.delayMedian),
      formatHours(row.delay95),
      formatShare(row.missed),
      formatHours(row.clearMedian),
      formatShare(row.clearedWithinDay),
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const formatLine = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  return [
    formatLine(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...body.map(formatLine),
  ].join('\n');
}

/** The targets, each met or missed. */
function verdicts(rows: readonly Row[]): string {
  const targets = rows.flatMap((row) => {
    const where = `${row.label}, ${row.perDay} a day`;
    const check = (words: string, met: boolean) => `${met ? 'met   ' : 'MISSED'} ${where}: ${words}`;
    if (row.rule === 'assay') {
      return [
        check('false in at most 1% of series at .945', row.falseHealthy <= 0.01),
        check('false in at most 25% of series at .92', row.falseBoundary <= 0.25),
        check('clears within a day in most series', row.clearedWithinDay >= 0.5),
      ];
    }
    if (row.rule.startsWith('judge-') && row.rule !== 'judge-binomial') {
      return [check('false in at most 1% of series at .945', row.falseHealthy <= 0.01)];
    }
    return [];
  });
  return targets.join('\n');
}

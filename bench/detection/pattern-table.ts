import { day, hour } from '#core/time.ts';
import { makePatternWorld, type Pattern, patterns } from './patterns.ts';
import { watchers, watchWorld } from './watch-world.ts';

const hoursPerDay = day / hour;
const volumes = [500, 10_000];

export interface PatternCell {
  readonly watcher: string;
  readonly perDay: number;
  readonly pattern: string;
  /** Share of months with a false alarm; hours or days to the alarm in the median (null where most never fire); share found. */
  readonly value: number | null;
  /** Monte Carlo standard error of a share, the middle half of delays. */
  readonly error: number | null;
}

/** Every watcher on every pattern: false alarms in quiet months, delays of what is not. */
export function measurePatterns(series: number, seed: string, tell: (text: string) => void): PatternCell[] {
  return volumes.flatMap((perDay) =>
    patterns.flatMap((pattern) => {
      tell(`${pattern.label}, ${perDay} a day`);
      const times = Array.from({ length: series }, (_, number) =>
        watchWorld(makePatternWorld(pattern, perDay, `${seed}/${number}`), number, `${seed}/${number}`),
      );
      return watchers.map(({ id }) => ({
        watcher: id,
        perDay,
        pattern: pattern.id,
        ...summarize(
          pattern,
          times.map((found) => found[id] ?? Number.POSITIVE_INFINITY),
        ),
      }));
    }),
  );
}

function summarize({ wanted }: Pattern, times: readonly number[]): Pick<PatternCell, 'value' | 'error'> {
  const share = (holds: (time: number) => boolean) => {
    const value = times.filter(holds).length / times.length;
    return { value, error: Math.sqrt((value * (1 - value)) / times.length) };
  };
  if (wanted === 'quiet') return share((time) => time >= 0 && Number.isFinite(time));
  const { fromDay, unit } = wanted;
  if (unit === 'found') return share((time) => time >= fromDay && time <= fromDay + 2 / hoursPerDay);
  const ordered = times.toSorted((first, second) => first - second);
  const at = (part: number) => {
    const time = ordered[Math.floor(part * ordered.length)] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(time) ? (time - fromDay) * (unit === 'hours' ? hoursPerDay : 1) : null;
  };
  const [low, high] = [at(0.25), at(0.75)];
  return { value: at(0.5), error: low === null || high === null ? null : (high - low) / 2 };
}

/** A row a watcher and volume, a column a pattern. */
export function formatPatterns(cells: readonly PatternCell[]): string {
  const head = ['', 'a day', ...patterns.map(({ label }) => label)];
  const rows = watchers.flatMap(({ id, label }) =>
    volumes.map((perDay) => [
      label,
      perDay.toLocaleString('en'),
      ...patterns.map((pattern) => {
        const cell = cells.find(
          (each) => each.watcher === id && each.perDay === perDay && each.pattern === pattern.id,
        );
        return formatCell(pattern, cell?.value ?? null);
      }),
    ]),
  );
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function formatCell({ wanted }: Pattern, value: number | null): string {
  if (value === null) return 'never';
  if (wanted === 'quiet' || wanted.unit === 'found') return String(Number(value.toFixed(3)));
  return `${Number(value.toPrecision(3))} ${wanted.unit === 'hours' ? 'h' : 'd'}`;
}

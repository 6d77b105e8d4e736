import { estimateCost } from '#cli/cost/cost-estimate.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { sufficientCap } from '#core/cost/check-capacity.ts';
import { daysPerMonth, expectedTraffic } from '#core/cost/traffic.ts';
import { findWalls, type Wall, type WallsInput } from '#core/cost/walls.ts';
import { formatNumber } from '#core/slo/words/format.ts';

/** Surfaces that the evaluator's benches have run in one stage. */
export const surfacesOfStage = 100;

/** So many surfaces like the shipped `chat`, each with as much traffic as the others. */
export function surfacesLikeChat(shipped: Catalogue, count: number, sampleRate?: number): Catalogue {
  const chat = shipped.surfaces.find(({ surface }) => surface === 'chat');
  if (chat === undefined) throw new Error('the shipped files lost their chat surface');
  return {
    ...shipped,
    surfaces: Array.from({ length: count }, (_, index) => {
      const surface = count === 1 ? 'chat' : `chat${index}`;
      return {
        ...chat,
        surface,
        sampleRate: sampleRate ?? chat.sampleRate,
        slos: chat.slos.map((slo) => ({ ...slo, surface })),
      };
    }),
  };
}

export const scaleHead = [
  'records a day',
  'surfaces',
  'judged a day',
  'walls, the first one first',
  'what moves it',
  'AWS a month',
  'judge a month',
  'cap a day',
] as const;

/** A row of the table of docs/scale.md: traffic that is spread evenly over surfaces, a stage for each hundred. */
export function scaleRow(
  shipped: Catalogue,
  perDay: number,
  surfaces: number,
  sampleRate?: number,
): string[] {
  const stages = Math.ceil(surfaces / surfacesOfStage);
  const catalogue = surfacesLikeChat(shipped, surfaces / stages, sampleRate);
  const cost = estimateCost({
    catalogue,
    responsesPerDay: perDay / stages,
    texts: undefined,
    measured: undefined,
  });
  const over = cost.walls.filter(({ state }) => state !== 'holds');
  const [fullest] = cost.walls;
  return [
    formatNumber(perDay),
    `${formatNumber(surfaces)}${stages > 1 ? `, in ${stages} stages` : ''}`,
    formatNumber((stages * cost.verdictsPerMonth) / daysPerMonth),
    over.length > 0
      ? over.map((wall) => `${shortNames[wall.id]} x ${formatShare(wall)}`).join(', ')
      : `none; ${fullest === undefined ? '' : `${shortNames[fullest.id]} ${Math.round((100 * fullest.need) / fullest.limit)}%`}`,
    over[0]?.setting ?? '-',
    formatDollars(stages * cost.aws.usd),
    formatDollars(stages * cost.judge.usd),
    `$${formatNumber(sufficientCap(cost.judge.usdWithoutFlex / daysPerMonth))}${stages > 1 ? ' a stage' : ''}`,
  ];
}

function formatShare({ need, limit }: Wall): string {
  return String(Number((need / limit).toPrecision(2)));
}

export const shortNames: Readonly<Record<Wall['id'], string>> = {
  'judge-calls': 'judge calls',
  sampler: 'sampler',
  'lambda-concurrency': 'Lambda executions',
  'counter-partition': "counters of a surface's hour",
  'control-partition': 'marks of changed hours',
  'judgement-partition': "verdicts of a surface's hour",
  'spending-partition': 'spending of the day',
  'series-table': 'series table',
  'judgement-table': 'judgement table',
  'judgement-reads': "evaluator's reads of verdicts",
  tick: 'tick',
  'metric-calls': 'PutMetricData',
  'stack-resources': 'resources of the template',
  'operation-resources': 'resources of a deployment',
  'blocked-queue': 'queue of a blocked judge',
};

/** Records a day from which a wall does not hold any more; undefined where no traffic reaches it. */
export function reachedAt(
  catalogue: Catalogue,
  id: Wall['id'],
  shape: Pick<WallsInput, 'textCharacters' | 'cohorts'>,
): number | undefined {
  const holds = (perDay: number) =>
    findWalls({ catalogue, traffic: expectedTraffic(catalogue, perDay), ...shape }).find(
      (wall) => wall.id === id,
    )?.state === 'holds';
  let low = 1e3;
  let high = 1e13;
  if (holds(high)) return undefined;
  if (!holds(low)) return 0;
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

export function formatDollars(dollars: number): string {
  return `$${formatNumber(Math.round(dollars))}`;
}

/** `14 million` of 14,400,000; two digits. */
export function formatTraffic(perDay: number): string {
  const [value, unit] =
    perDay >= 1e9 ? [perDay / 1e9, 'billion'] : perDay >= 1e6 ? [perDay / 1e6, 'million'] : [perDay, ''];
  return `${formatNumber(Number(value.toPrecision(2)))} ${unit}`.trim();
}

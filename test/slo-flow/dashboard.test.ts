import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCloudWatch } from '#adapters/cloudwatch/publish-metrics.ts';
import { addIncident } from '#adapters/dynamodb/operator-entries.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { categories, dimension, env, metric, metricNamespace } from '#core/names.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { healthLevels } from '#core/slo/alarms/health.ts';
import { headlineOf } from '#core/slo/definition/headline.ts';
import { day, hour, minute } from '#core/time.ts';
import { judgePoints } from '#lambdas/judge/judge-metrics.ts';
import { gaugeQuery, readMetricData } from '#local/page/read-series.ts';
import { testRubric } from '../support/catalogue.ts';
import { packedDay } from '../support/counted-records.ts';
import { dashboardsOf, metricsOf, type ShownMetric } from '../support/dashboards.ts';
import { judgeTask } from '../support/judgements.ts';
import { ratePeople } from '../support/rate-people.ts';
import { answerText, healthyRecord, spread } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack, stage } from '../support/slo-stack.ts';

const noon = Date.parse('2026-11-10T12:00:00Z');
const secondRelease = noon - 30 * minute;
const incidentFrom = noon - 3 * day;

let flow: SloStack;
let catalogue: Catalogue;
let published: ShownMetric[];

const everything = {
  'judge-pass': 'on',
  accepted: 'on',
  'rated-useful': 'on',
  refusals: 'on',
  'first-token': 'on',
  'request-cost': 'on',
  availability: 'on',
} as const;

const pairOf = ({ name, dimensions }: Pick<ShownMetric, 'name' | 'dimensions'>) =>
  `${name} by ${Object.keys(dimensions).toSorted().join(', ') || 'nothing'}`;

/** What the judge publishes in times of trouble, by the function that publishes it. */
function troubledJudge(): ShownMetric[] {
  const task = judgeTask('r', noon, { rubric: testRubric({ version: 2 }) });
  return judgePoints(
    (['unjudgeable', 'shed'] as const).map((state) => ({ kind: 'ended', task, state })),
    noon,
  ).map(({ name, dimensions }) => ({
    namespace: metricNamespace(stage),
    name,
    dimensions,
    isSearch: false,
  }));
}

/** A day of usual traffic under the rubric's first version. */
async function writeHistory(at: number): Promise<void> {
  const [chat] = catalogue.surfaces;
  if (chat === undefined) throw new Error('no surface');
  const records = spread(10, at, at + hour, (index, when) =>
    healthyRecord(`h${index}`, when, { surface: 'chat' }),
  );
  const first = { id: 'helpfulness', version: 1 };
  await flow.series.writeDay('chat', at, '*', {
    ...packedDay(chat, records),
    [verdictColumn(first, 'judged')]: [[0, 10]],
    [verdictColumn(first, 'pass')]: [[0, 9]],
  });
}

beforeAll(async () => {
  catalogue = await catalogueOf(
    [
      { surface: 'chat', slos: everything },
      { surface: 'silent', slos: {} },
    ],
    {},
    [testRubric({ state: 'retired' }), testRubric({ version: 2 })],
  );
  flow = await SloStack.start(catalogue);
  await Promise.all(Array.from({ length: 40 }, (_, index) => writeHistory(noon - (2 + index) * day)));
  const send = (release: string, from: number, to: number) =>
    flow.send(
      spread(20, from, to, (index, at) =>
        healthyRecord(`${release}-${index}`, at, { surface: 'chat', release, ...answerText }),
      ),
      to,
    );
  await send('v1', noon - 3 * hour, noon - 2 * hour);
  await addIncident(
    { dynamo: flow.dynamo, table: flow.stack.environment[env.seriesTable] ?? '' },
    { provider: 'primary', from: incidentFrom, to: incidentFrom + hour, note: 'slow' },
  );
  await flow.tick(noon - hour);
  await send('v2', secondRelease, noon - 5 * minute);
  await ratePeople(flow, {
    surface: 'chat',
    from: noon - 3 * hour,
    to: noon - hour,
    count: 20,
    uploadedAt: noon - 2 * minute,
    score: () => 5,
  });
  await flow.tick(noon);
  published = [...flow.aws.cloudwatch.metrics.list()].map(({ namespace, name, dimensions }) => ({
    namespace,
    name,
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
    isSearch: false,
  }));
});

afterAll(() => flow?.close());

async function points(
  name: string,
  where: Readonly<Record<string, string>>,
): Promise<{ at: number; value: number }[]> {
  const cloudwatch = createCloudWatch();
  const query = gaugeQuery('points', stage, name, where, 'Maximum', minute);
  const [found] = await readMetricData(cloudwatch, [query], noon - 13 * day, noon + 2 * minute);
  cloudwatch.destroy();
  const { Timestamps = [], Values = [] } = found ?? {};
  return Timestamps.map((at, index) => ({ at: at.getTime(), value: Values[index] ?? Number.NaN })).toSorted(
    (first, second) => first.at - second.at,
  );
}

describe('what the dashboard shows', () => {
  it('is published, by these names and dimensions', () => {
    const shown = dashboardsOf(catalogue).dashboards.flatMap(({ widgets }) => widgets.flatMap(metricsOf));
    const ours = shown.filter(({ namespace }) => namespace === metricNamespace(stage));
    expect(ours.length).toBeGreaterThan(50);
    const known = new Set([...published, ...troubledJudge()].map(pairOf));
    expect([...new Set(ours.map(pairOf))].filter((pair) => !known.has(pair))).toEqual([]);
    expect(ours.filter(({ name }) => !(Object.values(metric) as string[]).includes(name))).toEqual([]);
    expect([...new Set(shown.map(({ namespace }) => namespace))].toSorted()).toEqual([
      'AWS/SQS',
      metricNamespace(stage),
    ]);
  });

  it('is there of each headline, to the dimension', () => {
    const [chat] = catalogue.surfaces;
    for (const category of categories) {
      const slo = headlineOf(chat?.slos ?? [], category);
      for (const name of [metric.sli, metric.sliChange, metric.burnRate, metric.budgetLeft]) {
        expect(published).toContainEqual(
          expect.objectContaining({ name, dimensions: { Slo: slo?.id, Surface: 'chat' } }),
        );
      }
    }
  });
});

describe('the health of categories', () => {
  it('is published of each surface and of all, at every tick', async () => {
    for (const where of [{}, { [dimension.surface]: 'chat' }]) {
      for (const category of categories) {
        const gauge = await points(metric.health, { ...where, [dimension.category]: category });
        expect(gauge.map(({ at }) => at)).toEqual([noon - hour, noon]);
      }
    }
    expect((await points(metric.health, { [dimension.category]: 'latency' })).at(-1)?.value).toBe(
      healthLevels.healthy,
    );
  });

  it('is not published of a surface without SLOs', () => {
    expect(
      published.filter(({ name, dimensions }) => name === metric.health && dimensions.Surface === 'silent'),
    ).toEqual([]);
  });
});

describe('marks', () => {
  it('stand where a release was first seen, of its surface and of all', async () => {
    for (const where of [{}, { [dimension.surface]: 'chat' }]) {
      const marks = await points(metric.releaseMark, where);
      expect(marks.map(({ at }) => at)).toEqual([noon - 3 * hour, secondRelease]);
      expect(marks.every(({ value }) => value === 1)).toBe(true);
    }
  });

  it('stand where a rubric version judged for the first time', async () => {
    expect(await points(metric.rubricMark, { [dimension.surface]: 'chat' })).toEqual([
      { at: noon - 3 * hour, value: 1 },
    ]);
  });

  it('last as long as a provider’s incident', async () => {
    const marks = await points(metric.incidentMark, {});
    expect(marks[0]?.at).toBe(incidentFrom);
    expect(marks.at(-1)?.at).toBe(incidentFrom + hour);
    expect(marks).toHaveLength(13);
  });

  it('stay what they are when a new instance of the function publishes them again', async () => {
    const read = () =>
      Promise.all(
        [metric.releaseMark, metric.rubricMark, metric.incidentMark].map((name) => points(name, {})),
      );
    const before = await read();
    vi.resetModules();
    const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
    await handler({ time: new Date(noon + minute).toISOString() });
    expect(await read()).toEqual(before);
    expect(await points(metric.heartbeat, {})).toHaveLength(3);
  });
});

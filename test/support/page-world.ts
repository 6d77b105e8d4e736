import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createCloudWatch, type Point, publish } from '#adapters/cloudwatch/publish-metrics.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { addIncident } from '#adapters/dynamodb/operator-entries.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { dimension, metric, metricNamespace } from '#core/names.ts';
import { pipelineSurface, type Slice } from '#core/series/keys.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { bucketOfDay, day, floorTo, minute } from '#core/time.ts';
import { surfacePoints } from '#lambdas/slo-evaluator/gauges.ts';
import { endJudgement, judgedVerdict, judgeTask } from './judgements.ts';
import { provisionStack } from './provisioned-stack.ts';
import { queueUrlOf } from './queues.ts';
import {
  badRelease,
  type Firing,
  historyEnd,
  historyStart,
  historyTicks,
  incidentAt,
  sampleReadings,
  sampleVerdicts,
} from './sample-history.ts';

const stage = 'test';

/** Embedded servers that hold a month of a chat application, written by the adapters that write it in earnest. */
export interface PageWorld {
  readonly catalogue: Catalogue;
  readonly stage: string;
  /** Simulated time. */
  readonly now: () => number;
  /** One more tick, with these SLOs firing. */
  tick(at: number, firing: Firing): Promise<void>;
  /** Calls that CloudWatch has answered, by operation. */
  readonly cloudwatchCalls: () => Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** What fires at the end of the history. */
export const firingAtEnd: Firing = { 'judge-pass': 'page', accepted: 'ticket', 'request-cost': 'ticket' };

export async function startPageWorld(firing: Firing = firingAtEnd): Promise<PageWorld> {
  const reading = await loadCatalogue(process.cwd());
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const { catalogue } = runCatalogue(reading.catalogue, new Set(['chat']), {});
  const stack = await provisionStack(catalogue, stage);
  const { aws, dynamo, series, seriesTable } = stack;
  const cloudwatch = createCloudWatch();
  let now = historyEnd;

  const pointsAt = (at: number, fires: Firing): Point[] => [
    ...catalogue.surfaces.flatMap((surface) =>
      surface.surface === 'chat'
        ? surfacePoints(surface, sampleReadings(catalogue, 'chat', at, fires), new SeriesSet(), at)
        : [],
    ),
    // The evaluator beats each minute; ticks of this history lie further apart.
    ...Array.from({ length: 12 }, (_, ago) => ({
      name: metric.heartbeat,
      dimensions: {},
      values: [1],
      at: at - ago * minute,
    })),
  ];
  const tick = async (at: number, fires: Firing) => {
    now = at;
    const states = { chat: sampleReadings(catalogue, 'chat', at, fires) };
    await publish(cloudwatch, metricNamespace(stage), pointsAt(at, fires));
    aws.cloudwatch.evaluateAlarms(new Date(at));
    for (const [surface, slos] of Object.entries(states))
      await series.writeSurface(surface, at, { slos, outbox: [] });
    await series.writeTick(at, 'test', { anchors: {}, late: 0 });
  };

  const history = historyTicks.slice(0, -1).flatMap((at) => pointsAt(at, {}));
  await publish(cloudwatch, metricNamespace(stage), history);
  aws.cloudwatch.evaluateAlarms(new Date(historyTicks.at(-2) ?? historyEnd));
  await tick(historyEnd, firing);
  await Promise.all([
    writeRollups(catalogue, series),
    writeVerdicts(catalogue, stack.judgements),
    writeCalibration(catalogue, stack.ratings),
    new SpendingAllowance(dynamo, seriesTable, catalogue.spendingCapUsdPerDay)
      .openBatch(1)
      .reserve(historyEnd, 7.4),
    publish(cloudwatch, metricNamespace(stage), judgeCosts()),
    sendRejected(queueUrlOf(stack.provisioned, 'RejectedQueue')),
    addIncident(
      { dynamo, table: seriesTable },
      { provider: 'primary', from: incidentAt, to: null, note: 'slow answers' },
    ),
  ]);
  return {
    catalogue,
    stage,
    now: () => now,
    tick,
    cloudwatchCalls: () => aws.cloudwatch.calls(),
    async close() {
      cloudwatch.destroy();
      await stack.close();
    },
  };
}

async function writeRollups(catalogue: Catalogue, series: SeriesStore): Promise<void> {
  const rubric = catalogue.rubrics.find(({ id, state }) => id === 'helpfulness' && state === 'active');
  const source = `v:${rubric?.id}@${rubric?.version}`;
  const days: [string, number, Slice, PackedDay][] = [];
  for (let at = historyStart; at <= historyEnd; at += day) {
    const counts = { n: [[0, 198_000]], feedback: [[0, 13_800]], sampled: [[0, 9_870]] } as const;
    const verdicts = {
      [`${source}|judged`]: [[0, 9_840]],
      [`${source}|unjudgeable`]: [[0, 22]],
      [`${source}|dlq`]: [[0, 1]],
    } as const;
    days.push(['chat', at, '*', { ...counts, ...verdicts }]);
    days.push(['chat', at, 'r:2026.11.1', { n: [[0, 198_000]] }]);
  }
  days.push(['chat', badRelease, 'r:2026.11.2', { n: [[bucketOfDay(badRelease), 30_000]] }]);
  days.push([pipelineSurface, historyEnd, '*', { 'rejected:form': [[1, 3]] }]);
  for (const [surface, at, slice, packed] of days) await series.writeDay(surface, at, slice, packed);
}

async function writeVerdicts(catalogue: Catalogue, judgements: JudgementStore): Promise<void> {
  const rubric = catalogue.rubrics.find(({ id, state }) => id === 'helpfulness' && state === 'active');
  if (rubric === undefined) throw new Error('the rubric helpfulness is gone');
  for (const { responseId, at, score, question, answer, reason, release } of sampleVerdicts) {
    const task = judgeTask(responseId, at, {
      rubric,
      probability: 0.05,
      release,
      cohort: 'eu',
      model: 'small-model-2',
      texts: { request: { messages: [{ role: 'user', content: question }] }, response: { content: answer } },
    });
    const returnedModel = 'gpt-5-mini-2026-08-07';
    const verdict = judgedVerdict(score, { rubric, reason, returnedModel, costUsd: 0.0006, latencyMs: 900 });
    await endJudgement(judgements, task, verdict);
  }
  // In the first hour of its day, where the roll-ups above count all of a day.
  await endJudgement(judgements, judgeTask('resp-refused', floorTo(historyEnd, day), { rubric }), {
    state: 'unjudgeable',
    reason: 'refused by policy (400, content_filter)',
  });
}

async function writeCalibration(catalogue: Catalogue, ratings: RatingStore): Promise<void> {
  const slo = catalogue.surfaces
    .flatMap(({ slos }) => slos)
    .find(({ id, surface }) => id === 'judge-pass' && surface === 'chat');
  const rubric = slo === undefined ? undefined : sloRubric(catalogue, slo);
  if (rubric === undefined) throw new Error('chat is judged by no rubric');
  await ratings.writeCalibration(
    {
      surface: 'chat',
      rubric: { id: rubric.id, version: rubric.version },
      passMark: rubric.passMark,
      fingerprint: judgeFingerprint(rubric),
      returnedModel: 'gpt-5-mini-2026-08-07',
      state: 'valid',
      reason: 'made of 240 ratings',
      wants: [],
      ratings: 240,
      window: { from: historyEnd - 5 * day, to: historyEnd - 2 * day },
      population: undefined,
      rate: { value: 0.951, lower: 0.928, upper: 0.969 },
      slope: 0.71,
      agreement: {
        rated: 240,
        ratings: 288,
        raters: 4,
        withoutVerdict: 0,
        kappa: 0.68,
        weightedKappa: 0.74,
        spearman: 0.77,
        alpha: 0.62,
        sensitivity: 0.95,
        specificity: 0.76,
        mae: 0.41,
      },
      batches: ['b1'],
      inputs: 'made-up',
      days: {},
    },
    historyEnd - 2 * day,
  );
}

function judgeCosts(): Point[] {
  return Array.from({ length: 24 }, (_, index) => ({
    name: metric.judgeCost,
    dimensions: { [dimension.surface]: 'chat', [dimension.rubric]: 'helpfulness' },
    values: Array.from({ length: 410 }, (__, call) => 0.0005 + (call % 10) * 0.00002),
    at: historyEnd - index * 3_600_000,
  }));
}

async function sendRejected(QueueUrl: string): Promise<void> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  for (const body of ['{', '[]', '"x"'])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  sqs.destroy();
}

import type { Catalogue } from '../catalogue/catalogue.ts';
import { blockedWaitSeconds } from '../judging/judge-error.ts';
import { shippedThroughput, type Throughput } from '../throughput.ts';
import { day } from '../time.ts';
import { msPerRecord } from './aws-bill.ts';
import { awsLimits } from './aws-limits.ts';
import { type Batches, largestBatch, planBatches } from './batches.ts';
import { countAlarms } from './count-alarms.ts';
import { evaluator, judge, sampler, shared } from './measured-calls.ts';
import { publishedMetrics } from './published-metrics.ts';
import { callsPerDay, type SurfaceTraffic, sumOf, verdictsPerDay } from './traffic.ts';

/** The busiest hour of a day over its mean: assumed. A queue carries a shorter peak. */
export const peakOverMean = 2;

/** What a stage comes to first: a limit of AWS's or of its own settings, and how much of it the traffic takes. */
export interface Wall {
  readonly id: WallId;
  /** Of what, in words. */
  readonly what: string;
  /** Taken in the busiest hour. */
  readonly need: number;
  readonly limit: number;
  readonly unit: string;
  /**
   * `over`: what comes in a day is more than a day can hold, and a queue grows for ever. `peak`: the busiest hour is over the
   * limit, and waits.
   */
  readonly state: 'holds' | 'peak' | 'over';
  /** The setting that would hold the need, in words. */
  readonly setting: string;
}

export type WallId =
  | 'judge-calls'
  | 'sampler'
  | 'lambda-concurrency'
  | 'counter-partition'
  | 'control-partition'
  | 'judgement-partition'
  | 'spending-partition'
  | 'series-table'
  | 'judgement-table'
  | 'judgement-reads'
  | 'tick'
  | 'metric-calls'
  | 'stack-resources'
  | 'operation-resources'
  | 'blocked-queue';

export interface WallsInput {
  readonly catalogue: Catalogue;
  readonly traffic: readonly SurfaceTraffic[];
  /** Mean length of a record's texts, characters. */
  readonly textCharacters: number;
  /** As shipped where absent. */
  readonly throughput?: Throughput | undefined;
  /** How long the judge takes to answer, milliseconds; assumed where absent. */
  readonly judgeMs?: number | undefined;
  /** Of a surface; as the bench's traffic has them where absent. */
  readonly cohorts?: number | undefined;
}

/** Largest number of judge calls that its settings allow, a second. */
export function judgeCeiling({ judgeConcurrency, judgeBatch }: Throughput, judgeMs: number): number {
  return (judgeConcurrency * judgeBatch * 1_000) / judgeMs;
}

/** Every wall, the one that the traffic takes most of first. */
export function findWalls(input: WallsInput): Wall[] {
  const { catalogue, traffic, textCharacters, throughput = shippedThroughput, cohorts } = input;
  const judgeMs = input.judgeMs ?? judge.assumedAnswerMs;
  const recordBytes = textCharacters + shared.messageBytes;
  const busiest = traffic.map((each) => ({
    ...each,
    responsesPerDay: peakOverMean * each.responsesPerDay,
  }));
  const at: Peak = {
    input: { ...input, throughput, judgeMs },
    batches: planBatches({ traffic: busiest, throughput, recordBytes, cohorts }),
    recordBytes,
    responses: sumOf(busiest, ({ responsesPerDay }) => responsesPerDay) / secondsPerDay,
    verdicts: sumOf(busiest, verdictsPerDay) / secondsPerDay,
    calls: sumOf(busiest, callsPerDay) / secondsPerDay,
    // An hour's key is one rubric's: each of a surface's takes the surface's sample.
    largestVerdicts:
      Math.max(0, ...busiest.map((each) => verdictsPerDay({ ...each, rubrics: 1 }))) / secondsPerDay,
  };
  const found = [
    ...functionWalls(at),
    ...partitionWalls(at),
    ...tableWalls(at),
    ...evaluatorWalls(at),
    ...stackWalls(catalogue),
  ];
  return found.toSorted((one, other) => other.need / other.limit - one.need / one.limit);
}

const secondsPerDay = day / 1_000;

/** The busiest hour of a stage, a second. */
interface Peak {
  readonly input: WallsInput & { readonly throughput: Throughput; readonly judgeMs: number };
  readonly batches: Batches;
  readonly recordBytes: number;
  readonly responses: number;
  readonly verdicts: number;
  readonly calls: number;
  /** Of the surface with the most. */
  readonly largestVerdicts: number;
}

function functionWalls({ input, batches, recordBytes, responses, verdicts, calls }: Peak): Wall[] {
  const { throughput, judgeMs, traffic } = input;
  const perBatchMs = sampler.msPerBatch + batches.records * msPerRecord(recordBytes);
  const samplers = (batches.perSecond * perBatchMs) / 1_000;
  const judges = (calls * judgeMs) / 1_000 / throughput.judgeBatch;
  const full = largestBatch(throughput, recordBytes);
  const fullMs = sampler.msPerBatch + full * msPerRecord(recordBytes);
  const samplerCeiling = (throughput.samplerConcurrency * full * 1_000) / fullMs;
  const ceiling = judgeCeiling(throughput, judgeMs);
  return [
    ofTraffic('judge-calls', {
      what: `judge calls, ${throughput.judgeConcurrency} invocations of ${throughput.judgeBatch} at ${judgeMs / 1_000} s each`,
      need: calls,
      limit: ceiling,
      unit: 'a second in the busiest hour',
      setting: judgeSetting(judges, calls / ceiling, traffic),
    }),
    ofTraffic('sampler', {
      what: `records, ${throughput.samplerConcurrency} samplers of ${full}`,
      need: responses,
      limit: samplerCeiling,
      unit: 'a second in the busiest hour',
      setting: `-c samplerConcurrency=${Math.max(2, Math.ceil((throughput.samplerConcurrency * responses) / samplerCeiling))}`,
    }),
    ofTraffic('lambda-concurrency', {
      what: "the account's Lambda executions at once, by default",
      need: judges + samplers + reservedExecutions,
      limit: awsLimits.lambda.concurrency,
      unit: 'executions in the busiest hour',
      setting: 'a higher quota "Concurrent executions" of Lambda, or a smaller sampleRate',
    }),
    ofSize('blocked-queue', {
      what: `messages behind a blocked judge that are looked at within ${blockedWaitSeconds / 60} minutes`,
      // The oldest must be looked at between their 72nd hour and their seventh day, and are four in seven by then.
      need: verdicts / peakOverMean,
      limit: ((awsLimits.sqs.inFlight / blockedWaitSeconds) * 4) / 7,
      unit: 'a second over the day',
      setting: 'a smaller sampleRate, or a higher quota of messages in flight',
    }),
  ];
}

/** Evaluator, ratings. */
const reservedExecutions = 2;

function judgeSetting(judges: number, share: number, traffic: readonly SurfaceTraffic[]): string {
  const rates = new Set(traffic.map(({ sampleRate }) => sampleRate));
  const [rate = 0] = rates;
  const smaller =
    rates.size === 1
      ? `sampleRate ${floorToTwoDigits(rate / share)} instead of ${rate}`
      : `sample rates divided by ${Math.ceil(share)}`;
  const wanted = Math.max(2, Math.ceil(judges));
  if (wanted > awsLimits.lambda.eventSourceConcurrency) return smaller;
  return share > 1 ? `-c judgeConcurrency=${wanted}, or ${smaller}` : `-c judgeConcurrency=${wanted}`;
}

function floorToTwoDigits(value: number): number {
  if (value <= 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / step) * step).toPrecision(2));
}

function partitionWalls({ batches, largestVerdicts }: Peak): Wall[] {
  const { writeUnitsPerPartition, readUnitsPerPartition } = awsLimits.dynamodb;
  const written = { limit: writeUnitsPerPartition, unit: 'write units a second in the busiest hour' };
  return [
    ofTraffic('counter-partition', {
      ...written,
      what: "counters of the largest surface's hour, one partition key",
      need: batches.perSecond * batches.largestCounterUnits,
      setting: 'that surface as several, or fewer cohorts of it',
    }),
    ofTraffic('control-partition', {
      ...written,
      what: 'marks of changed hours, the control partition',
      need: batches.perSecond * batches.marks + batches.judgePerSecond * batches.judgeMarks,
      setting: 'several stages, each with its surfaces',
    }),
    ofTraffic('judgement-partition', {
      ...written,
      what: "verdicts of the largest surface's hour under one rubric, one partition key",
      need: largestVerdicts * judge.writeUnitsPerVerdictAndHour,
      setting: 'a smaller sampleRate, or that surface as several',
    }),
    ofTraffic('spending-partition', {
      ...written,
      what: "spending of the day, drawn and given back by a judge's batch",
      need: batches.judgePerSecond * judge.writeUnitsPerBatchOfSpending,
      setting: 'a smaller sampleRate, or several stages',
    }),
    ofTraffic('judgement-reads', {
      what: "the evaluator's reads of the largest surface's open hour of verdicts, when it starts",
      need: largestVerdicts * 60 * evaluator.verdictMinutesRead * evaluator.readUnitsPerStoredVerdict,
      limit: readUnitsPerPartition * evaluator.secondsOfReading,
      unit: 'read units in the busiest hour',
      setting: 'a smaller sampleRate, or that surface as several',
    }),
  ];
}

function tableWalls({ batches, verdicts, input }: Peak): Wall[] {
  const { writeUnitsPerTable } = awsLimits.dynamodb;
  const packedKb = (input.textCharacters * shared.packedShare) / 1_000;
  const texts = judge.writeUnitsPerPackedKb * Math.max(0, Math.ceil(packedKb) - 1);
  const ofTable = {
    limit: writeUnitsPerTable,
    unit: 'write units a second in the busiest hour',
    setting: 'a higher quota of the table, or several stages',
  };
  return [
    ofTraffic('series-table', {
      ...ofTable,
      what: 'the series table, by default',
      need:
        batches.perSecond * (batches.counterUnits + batches.marks) +
        batches.judgePerSecond * (batches.judgeMarks + judge.writeUnitsPerBatchOfSpending),
    }),
    ofTraffic('judgement-table', {
      ...ofTable,
      what: 'the judgement table, by default',
      need: verdicts * (judge.writeUnitsPerVerdict + texts),
    }),
  ];
}

function evaluatorWalls({ input, batches }: Peak): Wall[] {
  const { catalogue } = input;
  const slos = sumOf(catalogue.surfaces, (surface) => surface.slos.length);
  const { slos: sloGauges, health } = publishedMetrics(catalogue);
  const published = Math.ceil((sloGauges + health) / evaluator.gaugesPerCall) + evaluator.heartbeatCalls;
  return [
    ofSize('tick', {
      what: `a tick of ${slos} SLOs on ${catalogue.surfaces.length} surfaces`,
      need: (evaluator.msPerTick + evaluator.msPerTickAndSlo * slos) / 1_000,
      limit: 60,
      unit: 'seconds a minute',
      setting: '-c evaluators, each with its share of the surfaces, or several stages',
    }),
    ofTraffic('metric-calls', {
      what: 'calls of PutMetricData, by default',
      need: batches.judgePerSecond + published,
      limit: awsLimits.cloudwatch.putMetricDataPerSecond,
      unit: 'a second in the busiest hour',
      setting: 'a higher quota "Rate of PutMetricData requests" of CloudWatch',
    }),
  ];
}

/** Resources of a stage without surfaces: counted in the shipped template, some to spare. */
const resourcesOfStage = 100;

function stackWalls(catalogue: Catalogue): Wall[] {
  const surfaces = catalogue.surfaces.length;
  const setting = 'several stages, each with its surfaces (-c stage=…)';
  return [
    ofSize('stack-resources', {
      what: `resources of the template, a nested stack a surface`,
      need: resourcesOfStage + surfaces,
      limit: awsLimits.cloudFormation.resourcesPerTemplate,
      unit: 'resources',
      setting,
    }),
    ofSize('operation-resources', {
      what: 'resources of one deployment, alarms of all surfaces included',
      need: resourcesOfStage + surfaces + countAlarms(catalogue),
      limit: awsLimits.cloudFormation.resourcesPerOperation,
      unit: 'resources',
      setting,
    }),
  ];
}

type WallFacts = Omit<Wall, 'id' | 'state'>;

/** What grows with traffic: over for good where the day's mean is. */
function ofTraffic(id: WallId, wall: WallFacts): Wall {
  const share = wall.need / wall.limit;
  return { id, ...wall, state: share <= 1 ? 'holds' : share <= peakOverMean ? 'peak' : 'over' };
}

/** What grows with the catalogue alone, at any hour. */
function ofSize(id: WallId, wall: WallFacts): Wall {
  return { id, ...wall, state: wall.need <= wall.limit ? 'holds' : 'over' };
}

import type { Catalogue } from '../catalogue/catalogue.ts';
import { shippedThroughput, type Throughput } from '../throughput.ts';
import { day, minute } from '../time.ts';
import { awsPrices } from './aws-prices.ts';
import { planBatches } from './batches.ts';
import { countAlarms } from './count-alarms.ts';
import { evaluator, judge, sampler, shared } from './measured-calls.ts';
import { countMetrics, publishedMetrics } from './published-metrics.ts';
import { daysPerMonth, responsesPerMonth, type SurfaceTraffic, sumOf, verdictsPerMonth } from './traffic.ts';

/** A line of the bill. */
export interface BillLine {
  readonly service: string;
  readonly item: string;
  /** A month. */
  readonly quantity: number;
  readonly unit: string;
  /** US dollars of one unit. */
  readonly unitPrice: number;
  /** US dollars a month. */
  readonly usd: number;
  /** `fixed` is owed without any traffic. */
  readonly kind: 'fixed' | 'traffic';
}

export interface BillInput {
  readonly catalogue: Catalogue;
  readonly traffic: readonly SurfaceTraffic[];
  /** Mean length of the texts that are kept with a verdict, characters. */
  readonly textCharacters: number;
  /** How long the judge takes to answer, milliseconds; assumed where absent. */
  readonly judgeMs?: number | undefined;
  /** What the stage is deployed with; as shipped where absent. */
  readonly throughput?: Throughput | undefined;
  /** Batches that the sampler's event source fills side by side; as many as Lambda begins with where absent. */
  readonly pollers?: number | undefined;
}

/** What AWS charges a month at list prices, line by line. Free tiers, ratings and notices are left out: cents. */
export function awsBill(input: BillInput): BillLine[] {
  return [...fixedLines(input.catalogue), ...trafficLines(input)];
}

const minutesPerMonth = daysPerMonth * 24 * 60;
const secondsPerMonth = 60 * minutesPerMonth;

/** CPU of the sampler for a record: parsing grows with its length. */
export function msPerRecord(recordBytes: number): number {
  return sampler.msPerRecord * Math.max(1, recordBytes / sampler.benchedRecordBytes);
}

/** Write units of a minute for feedback that comes after its response's day: that day is written again, once a tick. */
function daysRewritten({ surfaces }: Catalogue, { surface, responsesPerDay }: SurfaceTraffic): number {
  if (surfaces.find((each) => each.surface === surface)?.feedback !== true) return 0;
  const perMinute = (responsesPerDay * evaluator.lateFeedbackShare) / (24 * 60);
  return evaluator.storedKbPerSurfaceAndDay * (1 - Math.exp(-perMinute));
}

function fixedLines(catalogue: Catalogue): BillLine[] {
  const { cloudwatch, lambda, dynamodb, sqs, kms, secretsManager, scheduler } = awsPrices;
  const surfaces = catalogue.surfaces.length;
  const slos = sumOf(catalogue.surfaces, (surface) => surface.slos.length);
  const { slos: sloGauges, health } = publishedMetrics(catalogue);
  const ticks = minutesPerMonth;
  const hours = ticks / 60;
  const tickMs = evaluator.msPerTick + evaluator.msPerTickAndSlo * slos;
  const reads = ticks * (evaluator.readUnitsPerTick + evaluator.readUnitsPerTickAndSurface * surfaces);
  const writes =
    ticks * (evaluator.writeUnitsPerTick + evaluator.writeUnitsPerTickAndSlo * slos) +
    hours * (evaluator.writeUnitsPerHour + evaluator.writeUnitsPerHourAndSurface * surfaces);
  const publishing =
    ticks * (Math.ceil((sloGauges + health) / evaluator.gaugesPerCall) + evaluator.heartbeatCalls);
  const gb = (surfaces * evaluator.storedDays * evaluator.storedKbPerSurfaceAndDay) / 1e6;
  const polls = 2 * shared.idlePollsPerMinuteAndQueue * minutesPerMonth;
  const line = lineOf('fixed');
  return [
    line('CloudWatch', 'metrics, at most', countMetrics(catalogue), 'metrics', cloudwatch.perMetric),
    line('CloudWatch', 'alarms', countAlarms(catalogue), 'alarms', cloudwatch.perAlarm),
    line('CloudWatch', 'dashboard', 1, 'dashboard', cloudwatch.perDashboard),
    line(
      'CloudWatch',
      'gauges published each minute',
      publishing,
      'requests',
      cloudwatch.perMillionRequests / 1e6,
    ),
    line(
      'CloudWatch',
      'log of the ticks',
      (ticks * shared.logBytesPerInvocation) / 1e9,
      'GB',
      cloudwatch.perGbLogged,
    ),
    line(
      'Lambda',
      'evaluator, each minute',
      (ticks * tickMs * evaluator.memoryGb) / 1_000,
      'GB-s',
      lambda.perGbSecond,
    ),
    line('Lambda', 'ticks', ticks, 'requests', lambda.perMillionRequests / 1e6),
    line('DynamoDB', 'evaluator reads', reads, 'units', dynamodb.perMillionReads / 1e6),
    line('DynamoDB', 'evaluator writes', writes, 'units', dynamodb.perMillionWrites / 1e6),
    line(
      'DynamoDB',
      'roll-ups kept and backed up',
      gb,
      'GB',
      dynamodb.perGbMonth + dynamodb.backupPerGbMonth,
    ),
    line('SQS', "Lambda's polling of two queues", polls, 'requests', sqs.perMillionRequests / 1e6),
    line('KMS', 'key of the topics', 1, 'key', kms.perKey),
    line('Secrets Manager', "judge's key", 1, 'secret', secretsManager.perSecret),
    line('EventBridge', 'schedule', ticks, 'invocations', scheduler.perMillionInvocations / 1e6),
  ];
}

function trafficLines({
  catalogue,
  traffic,
  textCharacters,
  judgeMs = judge.assumedAnswerMs,
  throughput = shippedThroughput,
  pollers,
}: BillInput): BillLine[] {
  const { cloudwatch, lambda, dynamodb, sqs, secretsManager } = awsPrices;
  const responses = responsesPerMonth(traffic);
  const verdicts = verdictsPerMonth(traffic);
  const recordBytes = textCharacters + shared.messageBytes;
  const planned = planBatches({ traffic, throughput, recordBytes, pollers });
  const batches = planned.perSecond * secondsPerMonth;
  const judgeBatches = planned.judgePerSecond * secondsPerMonth;
  const samplerMs = batches * sampler.msPerBatch + responses * msPerRecord(recordBytes);
  const judges = Math.min(throughput.judgeConcurrency, Math.ceil((planned.judgePerSecond * judgeMs) / 1_000));
  const packedKb = (textCharacters * shared.packedShare) / 1_000;
  const textWrites = judge.writeUnitsPerPackedKb * Math.max(0, Math.ceil(packedKb) - 1);
  const { texts, scores } = catalogue.retention;
  const perDay = verdicts / daysPerMonth;
  const gb = (perDay * ((scores / day) * shared.storedVerdictBytes + (texts / day) * packedKb * 1_000)) / 1e9;
  const { messagesPerPoll, messageBytes, bytesPerRequest } = shared;
  const requestsOf = (messages: number) =>
    Math.ceil((messages * (textCharacters + messageBytes)) / bytesPerRequest);
  // A receive of ten is charged by what it carries; a delete of ten is one request.
  const polled = (requestsOf(messagesPerPoll) + 1) / messagesPerPoll;
  const forwarded = requestsOf(sampler.messagesPerSend) / sampler.messagesPerSend;
  // An instance starts within the hour: with half of it, on the mean.
  const readWhole = (evaluator.startsPerDay * evaluator.verdictMinutesRead) / 2 / (day / minute);
  const line = lineOf('traffic');
  return [
    line(
      'SQS',
      "senders' messages, one by one",
      responses * requestsOf(1),
      'requests',
      sqs.perMillionRequests / 1e6,
    ),
    line('SQS', 'received and deleted by tens', responses * polled, 'requests', sqs.perMillionRequests / 1e6),
    line('SQS', 'judge queue', verdicts * (polled + forwarded), 'requests', sqs.perMillionRequests / 1e6),
    line('Lambda', 'sampler', (samplerMs * sampler.memoryGb) / 1_000, 'GB-s', lambda.perGbSecond),
    line(
      'Lambda',
      'judge, waiting for the model',
      (judgeBatches * judgeMs * judge.memoryGb) / 1_000,
      'GB-s',
      lambda.perGbSecond,
    ),
    line('Lambda', 'sampler and judge', batches + judgeBatches, 'requests', lambda.perMillionRequests / 1e6),
    line(
      'DynamoDB',
      'counters',
      batches * (planned.counterUnits + planned.marks),
      'units',
      dynamodb.perMillionWrites / 1e6,
    ),
    line(
      'DynamoDB',
      'verdicts and texts',
      verdicts * (judge.writeUnitsPerVerdict + textWrites),
      'units',
      dynamodb.perMillionWrites / 1e6,
    ),
    line(
      'DynamoDB',
      'judge reads',
      verdicts * judge.readUnitsPerVerdict,
      'units',
      dynamodb.perMillionReads / 1e6,
    ),
    line(
      'DynamoDB',
      "evaluator's reads of verdicts",
      verdicts * (evaluator.readUnitsPerVerdict + readWhole * evaluator.readUnitsPerStoredVerdict),
      'units',
      dynamodb.perMillionReads / 1e6,
    ),
    line(
      'DynamoDB',
      'days written again for late feedback',
      minutesPerMonth * sumOf(traffic, (each) => daysRewritten(catalogue, each)),
      'units',
      dynamodb.perMillionWrites / 1e6,
    ),
    line(
      'DynamoDB',
      'verdicts kept and backed up, once full',
      gb,
      'GB',
      dynamodb.perGbMonth + dynamodb.backupPerGbMonth,
    ),
    line(
      'Secrets Manager',
      "reads of the judge's key",
      Math.min(judgeBatches, (judges * minutesPerMonth) / judge.keyBelievedMinutes),
      'requests',
      secretsManager.perMillionRequests / 1e6,
    ),
    line('CloudWatch', "judge's live metrics", judgeBatches, 'requests', cloudwatch.perMillionRequests / 1e6),
    line(
      'CloudWatch',
      'logs of sampler and judge',
      ((batches + judgeBatches) * shared.logBytesPerInvocation) / 1e9,
      'GB',
      cloudwatch.perGbLogged,
    ),
  ];
}

function lineOf(kind: BillLine['kind']) {
  return (service: string, item: string, quantity: number, unit: string, unitPrice: number): BillLine => ({
    service,
    item,
    quantity,
    unit,
    unitPrice,
    usd: quantity * unitPrice,
    kind,
  });
}

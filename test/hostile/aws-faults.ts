import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { type AwsCall, type Fault, serverError, throttled } from '../support/aws-proxy.ts';

/** Decides what goes wrong with a call. */
export type Decide = (call: AwsCall) => Fault | undefined;

export interface FaultPlan {
  readonly dynamo: Decide;
  readonly queues: Decide;
  readonly metrics: Decide;
  /** How many calls met with each fault. */
  readonly met: ReadonlyMap<string, number>;
  /** From now on nothing goes wrong. */
  calm(): void;
}

const throttling: Fault = {
  kind: 'refused',
  status: 400,
  type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
};
const queueError: Fault = { kind: 'refused', status: 500, type: 'com.amazonaws.sqs#InternalError' };
const metricsThrottled: Fault = {
  kind: 'refused',
  status: 400,
  type: 'com.amazonaws.cloudwatch#ThrottlingException',
};

/** Every so many calls a table throttles most of so many calls in a row. */
const stormEvery = 4_000;
const stormCalls = 150;
const stormShare = 0.8;

/** CloudWatch takes nothing for so many of so many calls: longer than the SDK tries again. */
const outageEvery = 60;
const outageCalls = 15;

/** Faults of DynamoDB, SQS and CloudWatch at random, in a sequence that the seed gives. */
export function planFaults(seed: string): FaultPlan {
  const met = new Map<string, number>();
  let calm = false;
  const decideBy = (
    service: string,
    decide: (call: AwsCall, random: RandomSource, nth: number) => NamedFault,
  ): Decide => {
    const random = createRandom(`${seed}/${service}`);
    let nth = 0;
    return (call) => {
      if (calm) return undefined;
      nth += 1;
      const named = decide(call, random, nth);
      if (named === undefined) return undefined;
      const [name, fault] = named;
      met.set(name, (met.get(name) ?? 0) + 1);
      return fault;
    };
  };
  return {
    dynamo: decideBy('dynamodb', dynamoFault),
    queues: decideBy('sqs', queueFault),
    metrics: decideBy('cloudwatch', metricsFault),
    met,
    calm: () => {
      calm = true;
    },
  };
}

type NamedFault = readonly [string, Fault] | undefined;

function dynamoFault(call: AwsCall, random: RandomSource, nth: number): NamedFault {
  const storming = nth % stormEvery > stormEvery - stormCalls;
  if (storming && random.chance(stormShare)) return ['DynamoDB throttled in a storm', throttled];
  if (call.operation === 'BatchWriteItem' && random.chance(0.1))
    return ['DynamoDB left writes unprocessed', { kind: 'half-unprocessed' }];
  const draw = random.uniform();
  if (draw < 0.015) return ['DynamoDB throughput exceeded', throttled];
  if (draw < 0.025) return ['DynamoDB throttled', throttling];
  if (draw < 0.035) return ['DynamoDB failed (500)', serverError];
  // Made again by the SDK: a sum that carries a stamp, or a conditional write, then meets with its own first effect.
  if (draw < 0.04 && addsUp(call)) return ['DynamoDB answer to an ADD lost', { kind: 'answer-lost' }];
  if (draw < 0.04 && isConditional(call)) return ['DynamoDB answer lost', { kind: 'answer-lost' }];
  return undefined;
}

function isConditional({ body }: AwsCall): boolean {
  return body.ConditionExpression !== undefined;
}

function addsUp({ operation, body }: AwsCall): boolean {
  return operation === 'UpdateItem' && / ?ADD /.test(String(body.UpdateExpression));
}

function queueFault(call: AwsCall, random: RandomSource): NamedFault {
  const draw = random.uniform();
  if (draw < 0.015) return ['SQS failed (500)', queueError];
  if (call.operation === 'SendMessageBatch' || call.operation === 'DeleteMessageBatch') {
    const unlucky = String(random.integer(10));
    if (draw < 0.045)
      return [
        `SQS refused a part of a ${call.operation}`,
        { kind: 'entries-refused', refuse: ({ Id }) => Id.endsWith(unlucky) },
      ];
    // A lost answer of a deletion changes nothing; one of a send doubles what the judge's lease makes harmless.
    if (draw < 0.05 && !String(call.body.QueueUrl).includes('Rejected'))
      return ['SQS answer lost', { kind: 'answer-lost' }];
  }
  return undefined;
}

function metricsFault(_: AwsCall, random: RandomSource, nth: number): NamedFault {
  if (nth % outageEvery > outageEvery - outageCalls)
    return ['CloudWatch throttled in an outage', metricsThrottled];
  return random.chance(0.1) ? ['CloudWatch throttled', metricsThrottled] : undefined;
}

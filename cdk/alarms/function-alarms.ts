import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AssayFunction } from '../functions/assay-function.ts';
import { type Operations, watchOperations } from './operations-watch.ts';

/** How a function is watched. Counts of periods are of 5 minutes each, in a row. */
export interface WatchedFunction {
  /** Begins the names of its alarms. */
  readonly name: string;
  readonly function: AssayFunction;
  /** Periods with a crash that somebody must see. */
  readonly crashes: number;
  /** What a crash costs, and what becomes of the work. */
  readonly crashMeans: string;
  readonly crashStep: string;
  /** Periods with a throttled invocation that somebody must see. */
  readonly throttles: number;
  /** Longest run that is in order, where that is shorter than the time-out. */
  readonly dueWithin?: Duration;
  /** Present where events reach it without a queue: periods with an event that Lambda gave up. */
  readonly dropped?: number;
}

/** The same four looks at each function: crashes, throttles, runs near the time-out, and events that Lambda dropped. */
export class FunctionAlarms extends Construct {
  readonly #operations: Operations;

  constructor(scope: Construct, id: string, operations: Operations, watched: readonly WatchedFunction[]) {
    super(scope, id);
    this.#operations = operations;
    for (const one of watched) this.#watch(one);
  }

  #watch({ name, function: target, dueWithin, dropped, ...limits }: WatchedFunction): void {
    const { crashes, throttles } = limits;
    this.#count(`${name}-crashes`, target.metricErrors(sumOfFive), crashes, {
      measures: `Invocations of the ${name} function that ended in an exception or a time-out.`,
      means: `Fires at one${inARow(crashes)}. ${limits.crashMeans}`,
      firstStep: `Read the errors in the log of the ${name} function. ${limits.crashStep}`.trim(),
      // Of several evaluators all are told alike.
      section: `${name.replace(/-\d+$/, '')}-crashes`,
    });
    this.#count(`${name}-throttles`, target.metricThrottles(sumOfFive), throttles, {
      measures: `Invocations of the ${name} function that Lambda refused for want of concurrency.`,
      means: `Fires at one${inARow(throttles)}: what it works on waits meanwhile.`,
      firstStep:
        "See the account's Lambda concurrency in this region, and which function uses it up; ask AWS for more, or lower the maximum concurrency of the other.",
      section: 'throttles',
    });
    const timeout = target.timeout ?? Duration.seconds(3);
    const longest = dueWithin ?? timeout;
    const limit = Math.floor(longest.toMilliseconds() * nearlyAll);
    watchOperations(this, this.#operations, `${name}-near-timeout`, {
      measures: `Longest run of the ${name} function, in milliseconds.`,
      means: `Fires at ${limit / 1000} s, four fifths of the ${longest.toSeconds()} s that it has, in two of three 5-minute periods: what takes longer is broken off and begun again.`,
      firstStep: `See in its log what the ${name} function waits for: a slow AWS service or judge, or more work than it was made for.`,
      section: 'near-timeout',
      metric: target.metricDuration({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
      threshold: limit,
      periods: 3,
      needed: 2,
      missing: TreatMissingData.NOT_BREACHING,
    });
    if (dropped === undefined) return;
    const droppedEvents = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'AsyncEventsDropped',
      dimensionsMap: { FunctionName: target.functionName },
      ...sumOfFive,
    });
    this.#count(`${name}-dropped`, droppedEvents, dropped, {
      measures: `Events for the ${name} function that Lambda gave up: too old, or their tries spent.`,
      means: `Fires at one${inARow(dropped)}: nobody sends such an event again.`,
      firstStep: `See the alarms ${name}-crashes and ${name}-throttles, then the log of the ${name} function.`,
      section: 'dropped-events',
    });
  }

  #count(
    name: string,
    metric: IMetric,
    periods: number,
    words: {
      readonly measures: string;
      readonly means: string;
      readonly firstStep: string;
      readonly section: string;
    },
  ): void {
    watchOperations(this, this.#operations, name, {
      ...words,
      metric,
      threshold: 1,
      periods,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}

const sumOfFive = { statistic: Stats.SUM, period: Duration.minutes(5) } as const;

/** Share of its time that a run may take. */
const nearlyAll = 0.8;

function inARow(periods: number): string {
  return periods === 1 ? '' : ` in each of ${periods} 5-minute periods in a row`;
}

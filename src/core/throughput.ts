/**
 * How much a stage works on at once: what the event sources of sampler and judge are deployed with. The CDK app takes the
 * shipped values where a deployment chooses none; the walls and the bill reckon with them.
 */
export interface Throughput {
  /** Invocations of the judge at once, 2 to 1,000: Lambda's bounds of an event source. */
  readonly judgeConcurrency: number;
  /** Judgements of one invocation, asked side by side, 1 to 10. */
  readonly judgeBatch: number;
  /** Invocations of the sampler at once, 2 to 1,000. */
  readonly samplerConcurrency: number;
  /** Records of one invocation at most, 1 to 10,000; 6 MB of them at most. */
  readonly samplerBatch: number;
  /** How long records wait for company, seconds, 0 to 300. */
  readonly samplerWindow: number;
}

export const shippedThroughput: Throughput = {
  // 100 calls at once, 16 verdicts a second at 6 s a call: 10 million records a day at 5%, their busiest hours included.
  judgeConcurrency: 10,
  judgeBatch: 10,
  // About 40,000 records in flight. More would crowd the account's other functions out.
  samplerConcurrency: 20,
  // 2,000 records of 2 KB and their envelopes come near the 6 MB that an invocation may carry.
  samplerBatch: 2_000,
  samplerWindow: 20,
};

/** Lambda's bounds of each setting. */
export const throughputBounds: Readonly<Record<keyof Throughput, readonly [least: number, most: number]>> = {
  judgeConcurrency: [2, 1_000],
  judgeBatch: [1, 10],
  samplerConcurrency: [2, 1_000],
  samplerBatch: [1, 10_000],
  samplerWindow: [0, 300],
};

/**
 * Reads what a deployment chose of it: `-c judgeConcurrency=20`, or the `context` of cdk.json. The rest is as shipped.
 *
 * @param flag gives a context value by name, undefined where it is absent
 */
export function readThroughput(flag: (name: string) => unknown): {
  readonly throughput: Throughput;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const chosen: Record<string, number> = {};
  for (const [name, [least, most]] of Object.entries(throughputBounds)) {
    const value = flag(name);
    if (value === undefined || value === null || value === '') continue;
    const number = Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) chosen[name] = number;
    else faults.push(`-c ${name}: wanted a whole number from ${least} to ${most}; got "${String(value)}"`);
  }
  const throughput = { ...shippedThroughput, ...chosen };
  if (throughput.samplerBatch > 10 && throughput.samplerWindow === 0)
    faults.push(
      '-c samplerWindow: wanted 1 or more, for Lambda fills batches of over 10 only where it may wait; got 0',
    );
  return { throughput, faults };
}

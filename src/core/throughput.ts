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

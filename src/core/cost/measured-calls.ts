/**
 * What a record, a verdict and a tick cost in calls, units and time: the quantities behind the bill. Each says where it was
 * measured; "assumed" is said of what no bench on one machine can know.
 */

/** bench/flow/table-units.ts: one surface with three cohorts and a release in the batch; counters, and the marks of changed hours. */
export const sampler = {
  writeUnitsPerBatchAndSurface: 17,
  /** bench/flow/sampler-cpu.ts: 18 µs a record on a whole CPU; 1,024 MiB are 0.58 of one. */
  msPerRecord: 0.031,
  /** Assumed: the AWS calls of a batch one after the other, at Lambda's usual few milliseconds each. */
  msPerBatch: 100,
  memoryGb: 1,
  /** cdk/intake.ts */
  batchSize: 2_000,
  windowSeconds: 20,
  /** Messages of one SendMessageBatch to the judge queue. */
  messagesPerSend: 10,
} as const;

/** bench/flow/table-units.ts: records of 2 KB in batches of ten. */
export const judge = {
  /** Lease, verdict, texts, the marks of changed hours, spending; and the entry of the index by response. */
  writeUnitsPerVerdict: 3.11 + 1,
  readUnitsPerVerdict: 0.09,
  /** Write units for each further KB of packed texts over the first. */
  writeUnitsPerPackedKb: 1,
  /** Assumed where no verdicts tell: how long a judge model takes to answer. */
  assumedAnswerMs: 6_000,
  memoryGb: 0.75,
  /** cdk/judging.ts */
  batchSize: 10,
} as const;

/** bench/evaluator.ts with 1, 10 and 40 surfaces of 10 SLOs: a warm tick, and the tick after an hour's end. */
export const evaluator = {
  msPerTick: 40,
  msPerTickAndSlo: 2,
  memoryGb: 1_769 / 1_024,
  readUnitsPerTick: 1,
  readUnitsPerTickAndSurface: 3.2,
  writeUnitsPerTick: 2,
  writeUnitsPerTickAndSlo: 0.06,
  writeUnitsPerHour: 3,
  writeUnitsPerHourAndSurface: 6.7,
  /** PutMetricData takes 1,000 gauges a call. */
  gaugesPerCall: 1_000,
  /** Packed days: 0.78 MB for 2 days of 10 surfaces, kept 120 days (src/adapters/dynamodb/series-store.ts). */
  storedKbPerSurfaceAndDay: 39,
  storedDays: 120,
} as const;

export const shared = {
  /**
   * Lambda asks each queue of an event source with five pollers that wait up to 20 s, traffic or not: AWS's documentation
   * of the SQS event source.
   */
  idlePollsPerMinuteAndQueue: 15,
  /** Messages of one ReceiveMessage and of one DeleteMessageBatch by Lambda. */
  messagesPerPoll: 10,
  /** What a message has beside its texts, bytes. Assumed. */
  messageBytes: 500,
  /** SQS charges a request for each 64 KB of a call. */
  bytesPerRequest: 65_536,
  /** Assumed: Lambda's own lines in JSON, and at most one of the function's. */
  logBytesPerInvocation: 1_000,
  /** A stored verdict without its texts, bytes: keys, scores, usage, and its entry in the index. Assumed from its attributes. */
  storedVerdictBytes: 700,
  /** Packed texts over plain ones: raw deflate of English, assumed. */
  packedShare: 0.45,
} as const;

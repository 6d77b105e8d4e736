/**
 * What a record, a verdict and a tick cost in calls, units and time: the quantities behind the bill. Each says where it was
 * measured; "assumed" is said of what no bench on one machine can know.
 */

/** bench/flow/table-units.ts: one surface with three cohorts and a release in the batch; counters, and the marks of changed hours. */
export const sampler = {
  cohorts: 3,
  releases: 1,
  /** An item of counters is written whole: 16 units for the four of them. */
  writeUnitsPerSlice: 4,
  writeUnitsPerMark: 1,
  /** bench/flow/sampler-cpu.ts: 18 µs a record on a whole CPU; 1,024 MiB are 0.58 of one. */
  msPerRecord: 0.031,
  benchedRecordBytes: 2_000,
  /** Assumed: the AWS calls of a batch one after the other, at Lambda's usual few milliseconds each. */
  msPerBatch: 100,
  memoryGb: 1,
  /** Messages of one SendMessageBatch to the judge queue. */
  messagesPerSend: 10,
} as const;

/** bench/flow/table-units.ts: records of 2 KB in batches of ten. */
export const judge = {
  /**
   * Lease, verdict, texts, the marks of changed hours, a tenth of a journal's entry, spending; and the entries of two indexes:
   * by response, and by user where the record names one.
   */
  writeUnitsPerVerdict: 3.46 + 2,
  indexesOfVerdict: 2,
  /** Of those, on the partition of the surface, rubric and hour: lease and verdict. */
  writeUnitsPerVerdictAndHour: 2,
  /** Drawn, sometimes twice, and given back: on the partition of spending. */
  writeUnitsPerBatchOfSpending: 2.6,
  readUnitsPerVerdict: 0.09,
  /** Write units for each further KB of packed texts over the first. */
  writeUnitsPerPackedKb: 1,
  /** Assumed where no verdicts tell: how long a judge model takes to answer. */
  assumedAnswerMs: 6_000,
  memoryGb: 0.75,
  /** Calls side by side in one invocation, at most. */
  batchSize: 10,
  /** How long a key is believed before the secret is read again (src/adapters/secrets/judge-key.ts). */
  keyBelievedMinutes: 5,
} as const;

/** bench/evaluator.ts with 1, 10 and 40 surfaces of 10 SLOs: a warm tick, and the tick after an hour's end. */
export const evaluator = {
  msPerTick: 40,
  msPerTickAndSlo: 2,
  memoryGb: 1_769 / 1_024,
  readUnitsPerTick: 1,
  readUnitsPerTickAndSurface: 2.6,
  /** In an entry of the judge's journal, of 0.6 to 0.8 KB for ten of them (test/flow/recent-verdicts.test.ts), strongly consistent. */
  readUnitsPerVerdict: 0.02,
  /** A tick reads the verdicts of so many minutes: what came since the last. */
  verdictMinutesPerTick: 1,
  /** A stored verdict of 400 bytes, as one reads it who starts, or who misses an entry of the journal. */
  readUnitsPerStoredVerdict: 0.1,
  /** Minutes of verdicts that are read whole, at most: those of the open hour. */
  verdictMinutesRead: 60,
  /** How often a day an instance starts and reads them: assumed. */
  startsPerDay: 12,
  /** What a tick may take to read one surface's verdicts whole: assumed. */
  secondsOfReading: 20,
  /** Share of responses that people give feedback on once their day is over: assumed. */
  lateFeedbackShare: 0.01,
  writeUnitsPerTick: 2,
  writeUnitsPerTickAndSlo: 0.06,
  writeUnitsPerHour: 3,
  writeUnitsPerHourAndSurface: 6.7,
  /** PutMetricData takes 1,000 gauges a call. */
  gaugesPerCall: 1_000,
  /** The heartbeat goes alone, once all else is stored. */
  heartbeatCalls: 1,
  /** Packed days: 0.78 MB for 2 days of 10 surfaces, kept 120 days (src/adapters/dynamodb/series-store.ts). */
  storedKbPerSurfaceAndDay: 39,
  storedDays: 120,
} as const;

export const shared = {
  /** With so many Lambda begins on an SQS event source, or with its greatest concurrency where that is less. */
  pollers: 5,
  /** What Lambda adds to a record in an invocation, and the escapes of its quotes: 2,000 records of 2 KB come near 6 MB. */
  envelopeBytes: 1_097,
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

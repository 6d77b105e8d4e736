/**
 * AWS's limits that the pipeline can come to, as documented in {@link limitsAsOf}: what a stage meets without asking AWS for
 * more. Those that AWS raises on request are named by `raised`.
 */
export const limitsAsOf = 'November 2026';

/** Request and response of an asynchronous or polled invocation, Lambda. */
export const largestInvocationBytes = 6 * 1_024 * 1_024;

export const awsLimits = {
  dynamodb: {
    /**
     * Of one partition, a second; and so of one partition key, until DynamoDB has split it. A key that is new each hour begins
     * unsplit each time.
     */
    writeUnitsPerPartition: 1_000,
    readUnitsPerPartition: 3_000,
    /** Of one on-demand table a second, by default (raised). A new table begins with a tenth of it and doubles in half an hour. */
    writeUnitsPerTable: 40_000,
    readUnitsPerTable: 40_000,
    itemBytes: 400 * 1_024,
  },
  lambda: {
    /** Executions at once of an account and region, by default (raised). New accounts may begin with 10. */
    concurrency: 1_000,
    /** Of one SQS event source. */
    eventSourceConcurrency: 1_000,
  },
  sqs: {
    /** Messages of a standard queue that are received and not deleted (raised). What waits behind an open circuit is among them. */
    inFlight: 120_000,
    largestBatch: 10_000,
  },
  cloudwatch: {
    /** PutMetricData a second of an account and region (raised). */
    putMetricDataPerSecond: 500,
  },
  cloudFormation: {
    resourcesPerTemplate: 500,
    /** Created, updated or deleted by one operation, nested stacks included. */
    resourcesPerOperation: 2_500,
  },
} as const;

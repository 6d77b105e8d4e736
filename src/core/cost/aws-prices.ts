/**
 * AWS's published list prices, US dollars, of us-east-1: first tiers, before free tiers and discounts. The one place
 * that holds them. They stand as published in {@link pricesAsOf}; AWS changes them seldom, mostly downwards.
 *
 * Sources: the pages "pricing" of sqs, lambda, dynamodb (on demand), cloudwatch, s3, kms, secrets-manager and
 * eventbridge under https://aws.amazon.com/.
 */
export const awsPrices = {
  sqs: { perMillionRequests: 0.4 },
  lambda: {
    /** Of arm64. */
    perGbSecond: 0.0000133334,
    perMillionRequests: 0.2,
  },
  dynamodb: {
    /** On demand. */
    perMillionWrites: 0.625,
    perMillionReads: 0.125,
    perGbMonth: 0.25,
    /** Point-in-time recovery, which the tables have. */
    backupPerGbMonth: 0.2,
  },
  cloudwatch: {
    perMetric: 0.3,
    perAlarm: 0.1,
    perCompositeAlarm: 0.5,
    perDashboard: 3,
    perMillionRequests: 10,
    perGbLogged: 0.5,
  },
  s3: { perGbMonth: 0.023, perMillionPuts: 5 },
  kms: { perKey: 1, perMillionRequests: 3 },
  secretsManager: { perSecret: 0.4, perMillionRequests: 5 },
  scheduler: { perMillionInvocations: 1 },
} as const;

export const pricesAsOf = '2025';
export const pricesRegion = 'us-east-1';

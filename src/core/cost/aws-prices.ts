/**
 * AWS's published list prices, US dollars, of us-east-1, first tiers, before any free tier or discount. The one place
 * that holds them.
 *
 * Sources, read on {@link pricesAsOf}: aws.amazon.com/sqs/pricing, /lambda/pricing, /dynamodb/pricing/on-demand,
 * /cloudwatch/pricing, /s3/pricing, /kms/pricing, /secrets-manager/pricing, /eventbridge/pricing.
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

export const pricesAsOf = '2026-11-01';
export const pricesRegion = 'us-east-1';

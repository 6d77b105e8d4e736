/**
 * Every name that two rooms share: metrics, dimensions, environment variables, event sources. Handlers publish
 * under them, the CDK app makes alarms of them and the CLI reads them back; a name written anywhere else is a bug.
 */

/** Severities from the most to the least urgent. A higher one that fires masks the lower ones of the same SLO. */
export const severities = ['rollback', 'page', 'ticket', 'digest'] as const;
export type Severity = (typeof severities)[number];

/** What a severity asks of people: to act now, to work on it in working hours, or to know of it. */
const demands: Readonly<Record<Severity, 'act' | 'work' | 'know'>> = {
  rollback: 'act',
  page: 'act',
  ticket: 'work',
  digest: 'know',
};

/** Whether somebody, or a pipeline, is to act at once: a page, or a rollback. */
export function isUrgent(severity: Severity): boolean {
  return demands[severity] === 'act';
}

/** Whether it asks for work: what stops a deployment and makes a warning of a judge's. A digest only tells. */
export function asksForWork(severity: Severity): boolean {
  return demands[severity] !== 'know';
}

/** One value for each severity, from the most to the least urgent. */
export function bySeverity<Value>(read: (severity: Severity) => Value): Record<Severity, Value> {
  return Object.fromEntries(severities.map((severity) => [severity, read(severity)])) as Record<
    Severity,
    Value
  >;
}

export const categories = ['latency', 'quality', 'cost', 'availability'] as const;
export type Category = (typeof categories)[number];

/** Environment of the functions. Endpoints are not here: the AWS SDK reads `AWS_ENDPOINT_URL_<SERVICE>` itself. */
export const env = {
  stage: 'ASSAY_STAGE',
  catalogue: 'ASSAY_CATALOGUE',
  rejectedQueueUrl: 'ASSAY_REJECTED_QUEUE_URL',
  responseQueueUrl: 'ASSAY_RESPONSE_QUEUE_URL',
  judgeQueueUrl: 'ASSAY_JUDGE_QUEUE_URL',
  judgeDlqUrl: 'ASSAY_JUDGE_DLQ_URL',
  judgementTable: 'ASSAY_JUDGEMENT_TABLE',
  seriesTable: 'ASSAY_SERIES_TABLE',
  ratingTable: 'ASSAY_RATING_TABLE',
  ratingBucket: 'ASSAY_RATING_BUCKET',
  judgeSecretId: 'ASSAY_JUDGE_SECRET_ID',
  judgeUrl: 'ASSAY_JUDGE_URL',
  eventBus: 'ASSAY_EVENT_BUS',
  ticketTopic: 'ASSAY_TICKET_TOPIC',
  /** Which share of the surfaces an evaluator takes, of how many: `2/3`. Absent: all of them. */
  evaluatorShare: 'ASSAY_EVALUATOR_SHARE',
  /** `1` where every server is one on this machine, as a local run sets it: its clients then sign nothing. */
  unsigned: 'ASSAY_UNSIGNED',
  /** Set by Lambda: a function's memory in MB. */
  functionMemory: 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
} as const;

/** What the stack puts into the new secret of the judge's key, until somebody fills it. */
export const unfilledJudgeKey = 'replace-me';

/** A stage has a namespace of its own, for IAM can restrict PutMetricData to a namespace and to nothing finer. */
export function metricNamespace(stage: string): string {
  return `Assay/${stage}`;
}

export const dimension = {
  surface: 'Surface',
  slo: 'Slo',
  severity: 'Severity',
  kind: 'Kind',
  rubric: 'Rubric',
  window: 'Window',
  category: 'Category',
  /** An evaluator's share, `2/3`; on heartbeats only, and only where there are several evaluators. */
  share: 'Share',
} as const;

export const metric = {
  /** Published by the judge, per surface and rubric id, at the time of judging. */
  score: 'JudgeScore',
  pass: 'JudgePass',
  judgeLatency: 'JudgeLatency',
  inputTokens: 'JudgeInputTokens',
  cachedTokens: 'JudgeCachedInputTokens',
  outputTokens: 'JudgeOutputTokens',
  /** Of all calls; those that scored anchors again stand in `anchorCost` too. */
  judgeCost: 'JudgeCost',
  anchorCost: 'AnchorCost',
  judged: 'Judged',
  unjudgeable: 'Unjudgeable',
  shed: 'Shed',
  /** Per kind: retryable, item, blocking. */
  judgeErrors: 'JudgeErrors',
  /** Calls of which the provider said that they cost more than they can have. */
  overcharged: 'JudgeOvercharged',

  /** Published by the evaluator at every tick. */
  pressure: 'Pressure',
  sli: 'Sli',
  sliLower: 'SliLower',
  sliUpper: 'SliUpper',
  sliRaw: 'SliRaw',
  sliChange: 'SliChange7d',
  budgetLeft: 'BudgetLeft',
  burnRate: 'BurnRate',
  events: 'Events',
  calibrationValid: 'CalibrationValid',
  unmeasuredSlos: 'UnmeasuredSlos',
  heartbeat: 'EvaluatorHeartbeat',
  /** Surfaces that had to wait for a later tick, for an evaluator does not hold all of its own at once, or had no time; absent while none has. */
  waitingSurfaces: 'WaitingSurfaces',
  judgeBlocked: 'JudgeBlocked',
  /** 1 from 45 days before a judge's model is shut down, 2 from 14. */
  judgeRetires: 'JudgeRetires',
  capReached: 'CapReached',
  judgeSpend: 'JudgeSpend',
  received: 'Received',
  rejected: 'Rejected',
  sampled: 'Sampled',
  redelivered: 'Redelivered',
  late: 'LateVerdicts',
  /** Sampled share over the configured rate: 1 is right. */
  sampledShare: 'SampledShareOfRate',
  /** Share of the judgements that ended in the last 6 hours that ended without a verdict. */
  unjudgedShare: 'UnjudgedShare',
  judgeDrift: 'JudgeDrift',
  /** Per category, and per surface and category: 3 breaking, 2 watch, 1 healthy, 0 no data. */
  health: 'Health',

  /** Marks, published by the evaluator when they come about and at no other time: 1 at their instant. */
  releaseMark: 'Release',
  rubricMark: 'RubricChange',
  incidentMark: 'ProviderIncident',
} as const;

/** EventBridge events: alarm transitions with their numbers and reason. */
export const eventSource = 'assay';
export const eventType = { transition: 'Assay SLO transition' } as const;

/** Keys of the ratings bucket. */
export const ratingPrefix = { incoming: 'incoming/', reports: 'reports/', batches: 'batches/' } as const;

/** What is asked of the ratings function by a file under one of these, apart from taking a file of ratings in. */
export const ratingRequest = {
  /** To say what would become of a file, and to store nothing. */
  trials: `${ratingPrefix.incoming}trials/`,
  /** To take an upload back, or to leave a rater out. */
  retractions: `${ratingPrefix.incoming}retractions/`,
} as const;

/** Outputs of a stack. Whoever wants a resource of a deployed stage takes its name from here and asks nowhere else. */
export const output = {
  stage: 'Stage',
  responseQueueUrl: 'ResponseQueueUrl',
  responseQueueArn: 'ResponseQueueArn',
  responseDlqUrl: 'ResponseDlqUrl',
  rejectedQueueUrl: 'RejectedQueueUrl',
  judgeQueueUrl: 'JudgeQueueUrl',
  judgeDlqUrl: 'JudgeDlqUrl',
  ratingDlqUrl: 'RatingDlqUrl',
  judgeSecretArn: 'JudgeSecretArn',
  judgeKeyCommand: 'JudgeKeyCommand',
  dashboardAddress: 'DashboardAddress',
  judgementTable: 'JudgementTableName',
  seriesTable: 'SeriesTableName',
  ratingTable: 'RatingTableName',
  ratingBucket: 'RatingBucketName',
  samplerLogGroup: 'SamplerLogGroupName',
  judgeLogGroup: 'JudgeLogGroupName',
  evaluatorLogGroup: 'EvaluatorLogGroupName',
  ratingsLogGroup: 'RatingsLogGroupName',
  senderPolicy: 'SenderPolicyArn',
  readerPolicy: 'ReaderPolicyArn',
  raterPolicy: 'RaterPolicyArn',
  operatorPolicy: 'OperatorPolicyArn',
  eraserPolicy: 'EraserPolicyArn',
} as const;

/** Output that names a severity's topic: `pageTopicArn`. */
export function topicOutput(severity: Severity): string {
  return `${severity}TopicArn`;
}

/** Key of the template's Metadata that holds the compiled catalogue: base64 of its gzipped JSON. */
export const catalogueMetadata = 'AssayCatalogue';

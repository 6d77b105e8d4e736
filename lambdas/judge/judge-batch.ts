import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { describeError } from '#adapters/describe-error.ts';
import type { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import type { VerdictChange, VerdictJournal } from '#adapters/dynamodb/verdict-journal.ts';
import { findRubric } from '#core/catalogue/catalogue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import type { JudgeDependencies, JudgeEvent } from './judge-dependencies.ts';
import { readJudgeTask } from './judge-message.ts';
import { judgePoints } from './judge-metrics.ts';
import { judgeTask } from './judge-task.ts';
import type { RetirementWatch } from './retirement-watch.ts';

export interface JudgeBatchDependencies extends Omit<JudgeDependencies, 'recordEvent' | 'allowance'> {
  readonly allowance: Pick<SpendingAllowance, 'openBatch'>;
  readonly journal: Pick<VerdictJournal, 'mark' | 'write'>;
  /** Absent where no provider is asked how long its models stay. */
  readonly retirement?: Pick<RetirementWatch, 'look'>;
  /** Puts a message that is no judgement into the DLQ as it came. */
  readonly sendBodyToDlq: (body: string, reason: string) => Promise<void>;
  readonly returnAfter: (waits: readonly { receiptHandle: string; seconds: number }[]) => Promise<void>;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  readonly warn: (message: string, details: Record<string, unknown>) => void;
}

/** What failed unexpectedly comes again within this time, not all of it at once. */
const unexpectedWaitSeconds = 60;

/** A message that is not done with and must come again. */
class ComesAgain extends Error {}

/**
 * Judges the records of a batch side by side. A message is acknowledged only when its end state is stored and its
 * hour is marked for recomputation; metrics are best effort and never bring a message back.
 *
 * @param remainingMs time left of this invocation
 */
export async function judgeBatch(
  dependencies: JudgeBatchDependencies,
  records: readonly SQSRecord[],
  remainingMs: number,
): Promise<SQSBatchResponse> {
  const events: JudgeEvent[] = [];
  const waits: { receiptHandle: string; seconds: number }[] = [];
  const changes: { change: VerdictChange; messageId: string }[] = [];
  const deadline = dependencies.now() + remainingMs;
  const recordEvent = (event: JudgeEvent) => void events.push(event);
  const refusal = await dependencies.unstored.store(recordEvent);
  if (refusal !== undefined) {
    await publishEvents(dependencies, events);
    return waitForTable(dependencies, records, refusal);
  }
  const allowance = dependencies.allowance.openBatch(records.length);
  const use: JudgeDependencies = {
    ...dependencies,
    allowance,
    recordEvent,
  };

  const processor = new BatchProcessor(EventType.SQS);
  const handleRecord = async (record: SQSRecord) => {
    const message = readJudgeTask(record.body);
    if (!message.ok) return dependencies.sendBodyToDlq(record.body, message.reason);
    const timing = {
      messageId: record.messageId,
      sentAt: Number(record.attributes.SentTimestamp),
      receives: Number(record.attributes.ApproximateReceiveCount),
      deadline,
    };
    const disposal = await judgeTask(use, message.task, timing).catch((error: unknown) => {
      // Its lease may be held still, until this invocation's end.
      const seconds = remainingMs / 1000 + unexpectedWaitSeconds * dependencies.random();
      waits.push({ receiptHandle: record.receiptHandle, seconds });
      throw error;
    });
    if (disposal.kind === 'again') {
      waits.push({ receiptHandle: record.receiptHandle, seconds: disposal.seconds });
      throw new ComesAgain();
    }
    if (disposal.change !== undefined) changes.push({ change: disposal.change, messageId: record.messageId });
  };
  const response = await processPartialResponse({ Records: [...records] }, handleRecord, processor, {
    throwOnFullBatchFailure: false,
  });

  const failures = [...response.batchItemFailures];
  const unexpected = processor.errors.filter((error) => !(error instanceof ComesAgain));
  if (unexpected.length > 0)
    dependencies.warn('judgements failed unexpectedly and come again', {
      failed: unexpected.length,
      first: describeError(unexpected[0]),
    });
  const overcharged = events.filter(({ kind }) => kind === 'overcharged').length;
  if (overcharged > 0)
    dependencies.warn(
      'the provider said that calls cost more than they can have; noted is the most they can',
      {
        calls: overcharged,
      },
    );
  await Promise.all([
    markHours(dependencies, changes).then((unmarked) => failures.push(...unmarked)),
    dependencies.returnAfter(waits),
    dependencies.retirement?.look(dependencies.now()),
    allowance.close().catch((error: unknown) => {
      dependencies.warn('what the batch did not spend stays noted', { error: describeError(error) });
    }),
    publishEvents(dependencies, events),
  ]);
  return { batchItemFailures: failures };
}

/** Best effort. */
async function publishEvents(
  { catalogue, now, publish, warn }: JudgeBatchDependencies,
  events: readonly JudgeEvent[],
): Promise<void> {
  const repeatsOfTask = ({ rubric }: JudgeTask) => repeatsOf(findRubric(catalogue, rubric) ?? {});
  await publish(judgePoints(events, now(), repeatsOfTask)).catch((error: unknown) => {
    warn('metrics were not published', { error: describeError(error) });
  });
}

/** Lets all messages come again untouched. */
async function waitForTable(
  { returnAfter, unstored, warn }: JudgeBatchDependencies,
  records: readonly SQSRecord[],
  refusal: unknown,
): Promise<SQSBatchResponse> {
  warn('the table does not take what came of earlier judgements; messages wait', {
    unstored: unstored.size,
    error: describeError(refusal),
  });
  const seconds = unexpectedWaitSeconds;
  await returnAfter(records.map(({ receiptHandle }) => ({ receiptHandle, seconds })));
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/**
 * Marks the hours that changed, and tells the evaluator what came. Messages whose hour could not be marked come again:
 * their end state is found, and marked then.
 */
async function markHours(
  { journal, nonce, now, warn }: JudgeBatchDependencies,
  changes: readonly { change: VerdictChange; messageId: string }[],
) {
  if (changes.length === 0) return [];
  const stamp = nonce();
  try {
    const marked = await journal.mark(
      changes.map(({ change }) => change),
      stamp,
    );
    await journal.write(marked, now(), stamp).catch((error: unknown) => {
      warn('verdicts were not journalled; the evaluator reads their hours whole', {
        error: describeError(error),
      });
    });
    return [];
  } catch (error) {
    warn('hours could not be marked; their messages come again', {
      messages: changes.length,
      error: describeError(error),
    });
    return changes.map(({ messageId }) => ({ itemIdentifier: messageId }));
  }
}

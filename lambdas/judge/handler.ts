import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createCloudWatch, publish } from '#adapters/cloudwatch/publish-metrics.ts';
import { createCircuits } from '#adapters/dynamodb/circuits.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgeHistories } from '#adapters/dynamodb/judge-history.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createLastTick } from '#adapters/dynamodb/last-tick.ts';
import { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import { createVerdictJournal } from '#adapters/dynamodb/verdict-journal.ts';
import { required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { once } from '#adapters/once.ts';
import { createSqs, returnAfter, sendAll } from '#adapters/sqs/queue.ts';
import { env, metricNamespace } from '#core/names.ts';
import { askJudges, readKeysAhead, watchRetirement } from './judge-access.ts';
import { type JudgeBatchDependencies, judgeBatch } from './judge-batch.ts';
import { UnstoredEnds } from './unstored-ends.ts';

const logger = new Logger({ serviceName: 'judge' });

const dependencies = once(async (): Promise<JudgeBatchDependencies> => {
  const [dynamo, sqs, cloudwatch] = [createDynamo(), createSqs(), createCloudWatch()];
  const catalogue = await readCompiledCatalogue(required(env.catalogue));
  readKeysAhead(catalogue);
  const sendBodyToDlq = async (body: string, reason: string) => {
    const [taken] = await sendAll(sqs, required(env.judgeDlqUrl), [{ body, attributes: { reason } }]);
    if (taken !== true) throw new Error('the dead-letter queue did not take a message');
  };
  return {
    catalogue,
    store: createJudgementStore(dynamo, required(env.judgementTable), catalogue.retention),
    circuits: createCircuits(dynamo, required(env.seriesTable)),
    histories: createJudgeHistories(dynamo, required(env.seriesTable)),
    allowance: new SpendingAllowance(dynamo, required(env.seriesTable), catalogue.spendingCapUsdPerDay),
    journal: createVerdictJournal(dynamo, {
      series: required(env.seriesTable),
      judgements: required(env.judgementTable),
    }),
    unstored: new UnstoredEnds(),
    retirement: watchRetirement(dynamo, catalogue, (message, details) => logger.warn(message, details)),
    ask: askJudges(),
    sendToDlq: (task, reason) => sendBodyToDlq(JSON.stringify(task), reason),
    sendBodyToDlq,
    returnAfter: (waits) => returnAfter(sqs, required(env.judgeQueueUrl), waits),
    readLastTick: createLastTick(dynamo, required(env.seriesTable)),
    publish: (points) => publish(cloudwatch, metricNamespace(required(env.stage)), points),
    warn: (message, details) => logger.warn(message, details),
    now: Date.now,
    random: Math.random,
    nonce: () => randomBytes(12).toString('hex'),
  };
});

/** Judges a batch of the judge queue. Messages that wait or failed come again; the others are done. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return judgeBatch(await dependencies(), event.Records, context.getRemainingTimeInMillis());
}

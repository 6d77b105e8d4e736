import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createCloudWatch, publish } from '#adapters/cloudwatch/metrics.ts';
import { createCircuits } from '#adapters/dynamodb/circuits.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import { once, required } from '#adapters/environment.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { askJudge, createJudgeClient } from '#adapters/openai/judge-client.ts';
import { readJudgeKey } from '#adapters/secrets/judge-key.ts';
import { createSqs, returnAfter, sendAll } from '#adapters/sqs/queue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { env, metricNamespace } from '#core/names.ts';
import { type JudgeBatchDependencies, judgeBatch } from './judge-batch.ts';

const logger = new Logger({ serviceName: 'judge' });

const dependencies = once(async (): Promise<JudgeBatchDependencies> => {
  const dynamo = createDynamo();
  const sqs = createSqs();
  const cloudwatch = createCloudWatch();
  const catalogue = await readCompiledCatalogue(required(env.catalogue));
  const bury = async (body: string, reason: string) => {
    const [taken] = await sendAll(sqs, required(env.judgeDlqUrl), [{ body, attributes: { reason } }]);
    if (taken !== true) throw new Error('the dead-letter queue did not take a message');
  };
  return {
    catalogue,
    store: createJudgementStore(dynamo, required(env.judgementTable), catalogue.retention),
    circuits: createCircuits(dynamo, required(env.seriesTable)),
    allowance: new SpendingAllowance(dynamo, required(env.seriesTable), catalogue.spendingCapUsdPerDay),
    counters: createCounterStore(dynamo, required(env.seriesTable)),
    ask: async (call) => {
      const secret = await readJudgeKey(required(env.judgeSecretId));
      if (!secret.ok) return { kind: 'error', error: { kind: 'blocking', reason: secret.reason } };
      return askJudge(clientFor(secret.key), call);
    },
    bury: (task: JudgeTask, reason: string) => bury(JSON.stringify(task), reason),
    buryBody: bury,
    returnAfter: (waits) => returnAfter(sqs, required(env.judgeQueueUrl), waits),
    publish: (points) => publish(cloudwatch, metricNamespace(required(env.stage)), points),
    warn: (message, details) => logger.warn(message, details),
    now: Date.now,
    random: Math.random,
    nonce: () => randomBytes(12).toString('hex'),
  };
});

/** One client a key; a rotated key makes a new one. */
let client: { readonly key: string; readonly openai: ReturnType<typeof createJudgeClient> } | undefined;

function clientFor(key: string) {
  if (client?.key !== key)
    client = { key, openai: createJudgeClient(key, process.env[env.judgeUrl] || undefined) };
  return client.openai;
}

/** Judges a batch of the judge queue. Messages that wait or failed come again; the others are done. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return judgeBatch(await dependencies(), event.Records, context.getRemainingTimeInMillis());
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createJudgeLives } from '#adapters/dynamodb/judge-history.ts';
import { required } from '#adapters/environment.ts';
import { clientOfJudge, createJudgeCaller, type JudgeCaller } from '#adapters/judges/judge-caller.ts';
import { readShutdownDate } from '#adapters/openai/shutdown-date.ts';
import { readJudgeKey } from '#adapters/secrets/judge-key.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { env } from '#core/names.ts';
import { RetirementWatch, type RetirementWatchOptions } from './retirement-watch.ts';

/** In a local run one server answers for every judge. */
const localUrl = () => process.env[env.judgeUrl] || undefined;

const keyOf = (entry: string) => readJudgeKey(required(env.judgeSecretId), entry);

export function askJudges(): JudgeCaller {
  return createJudgeCaller({ keyOf, url: localUrl() });
}

/** Begins to read the keys that the first call will need, while its message is taken. What fails is told where it is needed. */
export function readKeysAhead(catalogue: Catalogue): void {
  const entry = judgesInUse(catalogue).flatMap(({ authorisation }) =>
    typeof authorisation === 'object' ? [authorisation.secret] : [],
  )[0];
  if (entry !== undefined) void keyOf(entry);
}

/** Asks providers, with the judges' own keys, how long their models stay. A local run's server is none. */
export function watchRetirement(
  dynamo: DynamoDBClient,
  catalogue: Catalogue,
  warn: RetirementWatchOptions['warn'],
): RetirementWatch {
  const lives = createJudgeLives(dynamo, required(env.seriesTable));
  const judges = localUrl() === undefined ? judgesInUse(catalogue) : [];
  return new RetirementWatch({ judges, lives, readShutdown, warn });
}

async function readShutdown(judge: Judge): Promise<string> {
  const { authorisation, deployment } = judge;
  if (typeof authorisation !== 'object') throw new Error('the judge is asked without a key');
  const secret = await keyOf(authorisation.secret);
  if (!secret.ok) throw new Error(secret.reason);
  return readShutdownDate(clientOfJudge(judge, secret.key), deployment);
}

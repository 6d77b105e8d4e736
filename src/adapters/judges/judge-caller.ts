import { judgesFile } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { bedrockUrl } from '#core/judges/judge-place.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import {
  askJudge,
  createJudgeClient,
  type JudgeClient,
  type JudgeClientOptions,
} from '../openai/judge-client.ts';
import type { JudgeKey } from '../secrets/judge-key.ts';
import { inTurn } from './in-turn.ts';

export interface JudgeCallerOptions {
  /** The key under an entry of the judges' secret, as it is now. */
  readonly keyOf: (entry: string) => Promise<JudgeKey>;
  /** One server that answers for every judge, in OpenAI's form: that of a local run. */
  readonly url?: string | undefined;
}

/** Asks a judge. Never throws. */
export type JudgeCaller = (call: JudgeCall) => Promise<JudgeAnswer>;

/** For servers that want no key: the client sends one all the same. */
const noKey = 'none';

/** Asks each judge at its place, with its own key and no other's. A key that is not there is a blocking error. */
export function createJudgeCaller({ keyOf, url }: JudgeCallerOptions): JudgeCaller {
  /** By judge, one client a key; a rotated key makes a new one. */
  const clients = new Map<string, { key: string; openai: JudgeClient }>();
  const clientOf = (judge: Judge, key: string) => {
    let client = clients.get(judge.name);
    if (client?.key !== key) {
      client = { key, openai: createJudgeClient(key, placeOf(judge, url)) };
      clients.set(judge.name, client);
    }
    return client.openai;
  };
  return inTurn(async (call) => {
    const { authorisation, provider } = call.judge;
    if (url === undefined && provider === 'bedrock') {
      const region = regionOf(call.judge);
      if (region === undefined) return { kind: 'error', error: noRegion };
      if (authorisation === 'role') {
        // Deployed where there is such a judge alone.
        const bedrock = await import('./ask-bedrock.ts').catch(() => undefined);
        return bedrock?.askBedrock(call, region) ?? { kind: 'error', error: notDeployed };
      }
    }
    if (typeof authorisation !== 'object') return askJudge(clientOf(call.judge, noKey), call);
    const secret = await keyOf(authorisation.secret);
    if (!secret.ok) return { kind: 'error', error: { kind: 'blocking', reason: secret.reason } };
    return askJudge(clientOf(call.judge, secret.key), call);
  });
}

/** A client that sends a judge's key to that judge's place and to no other. @throws Error where the place is not known */
export function clientOfJudge(judge: Judge, key: string): JudgeClient {
  if (judge.provider === 'bedrock' && judge.url === undefined && regionOf(judge) === undefined)
    throw new Error(noRegion.reason);
  return createJudgeClient(key, placeOf(judge, undefined));
}

function placeOf(judge: Judge, url: string | undefined): JudgeClientOptions {
  if (url !== undefined) return { url };
  if (judge.provider === 'azure') return { url: judge.url, keyHeader: 'api-key' };
  const region = regionOf(judge);
  if (judge.provider === 'bedrock' && region !== undefined) return { url: bedrockUrl(judge, region) };
  return { url: judge.url };
}

const notDeployed = {
  kind: 'blocking',
  reason:
    'this function was deployed without a judge of Bedrock by role in use; take a rubric that names one out of retirement and deploy again',
} as const;

const noRegion = {
  kind: 'blocking',
  reason: `no region to ask Bedrock in; write region: eu-west-1 (or yours) beside the judge in ${judgesFile}`,
} as const;

function regionOf({ region }: Judge): string | undefined {
  return region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;
}

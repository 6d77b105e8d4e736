import type { Judge } from '#core/judges/judge.ts';
import { bedrockUrl } from '#core/judges/judge-place.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import { bedrockToken, forgetBedrockToken } from '../bedrock/bearer-token.ts';
import { askConverse, createConverseClient } from '../bedrock/converse-client.ts';
import { askJudge, createJudgeClient } from '../openai/judge-client.ts';

/** Asks a judge of Bedrock by the role of this process. Never throws. @param region the judge's, else that of this process */
export async function askBedrock(call: JudgeCall, region: string): Promise<JudgeAnswer> {
  try {
    return await (call.judge.api === 'converse' ? converse(call, region) : chat(call, region));
  } catch (error) {
    // Before anything was sent: nothing of it is the provider's word.
    const name = error instanceof Error ? error.name : 'an error';
    const reason = `no AWS credentials to ask Bedrock with (${name}); wanted the function's role, or a profile on this machine`;
    return { kind: 'error', error: { kind: 'blocking', reason } };
  }
}

async function chat(call: JudgeCall, region: string): Promise<JudgeAnswer> {
  const token = await bedrockToken(region);
  const client = createJudgeClient(token, { url: bedrockUrl(call.judge, region) });
  const answer = await askJudge(client, call);
  if (answer.kind === 'error' && answer.error.kind === 'blocking') forgetBedrockToken(region);
  return answer;
}

/** By place: a client keeps the credentials that it has read. */
const clients = new Map<string, ReturnType<typeof createConverseClient>>();

async function converse(call: JudgeCall, region: string): Promise<JudgeAnswer> {
  const client = clientAt(call.judge, region);
  // Without a signature nothing goes out; asked for here, so that their lack is not taken for a broken connection.
  await client.config.credentials();
  return askConverse(client, call);
}

function clientAt({ url }: Judge, region: string): ReturnType<typeof createConverseClient> {
  const place = `${region} ${url ?? ''}`;
  const client = clients.get(place) ?? createConverseClient(region, url);
  clients.set(place, client);
  return client;
}

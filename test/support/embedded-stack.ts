import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Synthesis } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { type AnswerJudge, type JudgeServer, startJudgeServer } from '#local/judges/judge-server.ts';
import { type AwsEndpoints, type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { LocalStack } from '#local/stack/local-stack.ts';
import { goodJudge } from './judge-replies.ts';
import { endWaits } from './queues.ts';
import { type WallTimes, withWallTimes } from './templates.ts';
import { until } from './until.ts';

export interface EmbeddedStackOptions extends Partial<WallTimes> {
  readonly catalogue: Catalogue;
  readonly templates: Synthesis;
  /** Waits in the queues are divided by it: for tests that poll. Absent they are real, and `settle` ends them. */
  readonly timeFactor?: number;
  readonly judge?: AnswerJudge;
  readonly judgeKey?: (entry: string) => string;
  /** Puts something before the embedded servers. @returns what the functions see of them */
  readonly between?: (endpoints: AwsEndpoints) => Promise<AwsEndpoints>;
}

export interface EmbeddedStack {
  /** Real handlers behind local pollers, at simulated times. */
  readonly stack: LocalStack;
  readonly aws: EmbeddedAws;
  readonly judge: JudgeServer;
  readonly timeFactor: number;
  /** Handles messages, and ends their waits, until none is left. @throws Error where some never come to an end */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Work that takes longer is given up, and a message that is not handled by then comes again: neither is for a busy machine. */
const unhurried: WallTimes = { functionSeconds: 60, visibilitySeconds: 300 };

/** The whole stack on embedded servers in this process, with a judge server. */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const { catalogue, templates, timeFactor = 1, between = async (endpoints) => endpoints } = options;
  const { functionSeconds = unhurried.functionSeconds, visibilitySeconds = unhurried.visibilitySeconds } =
    options;
  const [aws, judge, folder] = await Promise.all([
    startEmbeddedAws({ timeFactor }),
    startJudgeServer(options.judge ?? goodJudge),
    mkdtemp(join(tmpdir(), 'assay-stack-')),
  ]);
  const endpoints = await between(aws.endpoints);
  // Handlers read their environment once: another stack needs them afresh.
  vi.resetModules();
  const stack = await LocalStack.start({
    endpoints,
    judgeUrl: judge.url,
    judgeKey: options.judgeKey ?? (() => 'a-key'),
    templates: withWallTimes(templates, timeFactor, { functionSeconds, visibilitySeconds }),
    catalogue,
    catalogueFile: join(folder, 'catalogue.json'),
    timeFactor,
    onError: () => undefined,
  });
  return {
    stack,
    aws,
    judge,
    timeFactor,
    async settle() {
      await until('no message is left', async () => {
        if ((await stack.settle(0)) === 0) return true;
        for (const { queueUrl } of stack.provisioned.eventSources)
          await endWaits(aws.endpoints.AWS_ENDPOINT_URL_SQS, queueUrl);
        return false;
      });
    },
    async close() {
      await stack.stop();
      await Promise.all([judge.close(), aws.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

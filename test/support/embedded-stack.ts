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
import { type WallTimes, withWallTimes } from './templates.ts';
import { longestWaitMs } from './until.ts';

export interface EmbeddedStackOptions extends Partial<WallTimes> {
  readonly catalogue: Catalogue;
  readonly templates: Synthesis;
  /** What the code waits for in its queues is divided by it: 15 minutes become 45 s at 20, the default, 3 s at 300. */
  readonly timeFactor?: number;
  readonly judge?: AnswerJudge;
  readonly judgeKey?: string;
  /** Puts something before the embedded servers. @returns what the functions see of them */
  readonly between?: (endpoints: AwsEndpoints) => Promise<AwsEndpoints>;
}

export interface EmbeddedStack {
  /** Real handlers behind local pollers, at simulated times. */
  readonly stack: LocalStack;
  readonly aws: EmbeddedAws;
  readonly judge: JudgeServer;
  readonly timeFactor: number;
  /** Handles messages until none waits any more. @throws Error where some never come to an end */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Work that takes longer is given up, and a message that is not handled by then comes again: neither is for a busy machine. */
const unhurried: WallTimes = { functionSeconds: 60, visibilitySeconds: 300 };

/** The whole stack on embedded servers in this process, with a judge server. */
export async function startEmbeddedStack(options: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const { catalogue, templates, timeFactor = 20, between = async (endpoints) => endpoints } = options;
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
    judgeKey: options.judgeKey ?? 'a-key',
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
      const waiting = await stack.settle(longestWaitMs);
      if (waiting > 0)
        throw new Error(`waited ${longestWaitMs / 1_000} s, and ${waiting} messages wait still`);
    },
    async close() {
      await stack.stop();
      await Promise.all([judge.close(), aws.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

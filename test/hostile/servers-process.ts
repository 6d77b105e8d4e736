import { setTimeout as pause } from 'node:timers/promises';
import { type AnswerJudge, startJudgeServer } from '#local/judges/judge-server.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { type AwsCall, type AwsProxy, type Fault, startAwsProxy } from '../support/aws-proxy.ts';
import { failure } from '../support/judge-replies.ts';
import { type Decide, planFaults } from './aws-faults.ts';
import { fateOf, replyTo } from './judge-fates.ts';
import { Killer, momentAfter, momentBefore } from './kill-points.ts';
import { Observer } from './observer.ts';
import type { HostileReply, HostileRequest, HostileSetup } from './servers.ts';
import { leastCostOf } from './true-cost.ts';

/** A storm of 429 comes within these shares of the expected calls, the key is revoked at the third one. */
const storm = { from: 0.15, to: 0.35, share: 0.6 } as const;
const revokedFrom = 0.5;
const revokedMs = 2_000;

/** A lease lives by the wall clock, a wait by the scaled one: who finds a held lease would ask without a pause. */
const shortestWaitMs = 500;

/** The answer of a killed process's call, which nobody reads. */
const nobodyListens: Fault = { kind: 'refused', status: 500, type: 'Killed' };

async function start({ seed, timeFactor, killEvery, expectedCalls }: HostileSetup) {
  const aws = await startEmbeddedAws({ timeFactor });
  const faults = planFaults(seed);
  const killer = new Killer(seed, killEvery);
  const observer = new Observer();
  const decide = (faulty: Decide) => (call: AwsCall) => {
    if (killer.at(momentBefore(call), observer.handled)) return nobodyListens;
    const fault = faulty(call);
    if (fault?.kind === 'refused') observer.tableRefused(call);
    return fault;
  };
  const after = (call: AwsCall) => killer.at(momentAfter(call), observer.handled);

  const dynamo = await startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_DYNAMODB, {
    observe: (call, status) => {
      observer.tableAnswered(call, status);
      after(call);
    },
  });
  const queues = await startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_SQS, {
    observe: (call, status, answer) => {
      observer.queueAnswered(call, status, answer);
      after(call);
    },
    rewrite: (call) => atLeast((shortestWaitMs / 1_000) * timeFactor, call),
  });
  const metrics = await startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH, { observe: after });
  dynamo.meddle(decide(faults.dynamo));
  queues.meddle(decide(faults.queues));
  metrics.meddle(decide(faults.metrics));

  const judgement = hostileJudge(observer, killer, expectedCalls);
  const judge = await startJudgeServer(judgement.answer);
  const proxies: AwsProxy[] = [dynamo, queues, metrics];
  return {
    reply: {
      kind: 'started',
      direct: aws.endpoints,
      hostile: {
        ...aws.endpoints,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
        AWS_ENDPOINT_URL_SQS: queues.url,
        AWS_ENDPOINT_URL_CLOUDWATCH: metrics.url,
      },
      judgeUrl: judge.url,
    } satisfies HostileReply,
    killer,
    calm() {
      faults.calm();
      killer.calm();
      judgement.calm();
    },
    observed: () => observer.observed(killer.kills, faults.met, process.resourceUsage().maxRSS * 1_024),
    async stop() {
      await Promise.all([...proxies.map((proxy) => proxy.close()), judge.close()]);
      await aws.close();
    },
  };
}

/** Each response meets with its fate, except in storms, which are everybody's. */
function hostileJudge(observer: Observer, killer: Killer, expectedCalls: number) {
  const calls = new Map<string, number>();
  let calm = false;
  let revokedAt: number | undefined;
  const note = (fault: string) => observer.judgeFaults.set(fault, (observer.judgeFaults.get(fault) ?? 0) + 1);
  const answer: AnswerJudge = (request) => {
    observer.asked += 1;
    const progress = observer.asked / expectedCalls;
    killer.at('before the judge answers', observer.handled);
    if (!calm && progress >= storm.from && progress < storm.to && observer.asked % 10 < storm.share * 10) {
      note('429 in a storm');
      return failure(429, 'rate_limit_exceeded', observer.asked % 2 === 0 ? { 'retry-after': '120' } : {});
    }
    if (progress >= revokedFrom) revokedAt ??= Date.now();
    if (revokedAt !== undefined && Date.now() < revokedAt + revokedMs) {
      note('401, the key is revoked');
      return failure(401, 'invalid_api_key');
    }
    const nth = (calls.get(request.responseId) ?? 0) + 1;
    calls.set(request.responseId, nth);
    const { reply, verdict } = replyTo(request, nth);
    observer.trueUsd += leastCostOf(request, reply);
    if (!verdict) note(fateOf(request.responseId));
    else {
      const askedAt = Date.now();
      observer.paid.push({
        responseId: request.responseId,
        askedAt,
        answeredAt: askedAt + (reply.afterMs ?? 0),
      });
    }
    return reply;
  };
  return {
    answer,
    calm: () => {
      calm = true;
    },
  };
}

/** Raises waits under `seconds` to it. */
function atLeast(seconds: number, { operation, body }: AwsCall): Record<string, unknown> | undefined {
  if (operation !== 'ChangeMessageVisibilityBatch') return undefined;
  const entries = body.Entries as { VisibilityTimeout: number }[];
  return {
    ...body,
    Entries: entries.map((entry) => ({
      ...entry,
      VisibilityTimeout: Math.max(Math.ceil(seconds), entry.VisibilityTimeout),
    })),
  };
}

let running: Awaited<ReturnType<typeof start>> | undefined;

async function answer(request: HostileRequest): Promise<HostileReply> {
  switch (request.kind) {
    case 'start':
      running = await start(request);
      return running.reply;
    case 'watch':
      running?.killer.watch(request.pid);
      return { kind: 'done' };
    case 'calm':
      running?.calm();
      return { kind: 'done' };
    case 'observed':
      if (running === undefined) throw new Error('nothing was started');
      return { kind: 'observed', observed: running.observed() };
    case 'stop':
      await Promise.race([running?.stop(), pause(2_000)]);
      return { kind: 'done' };
  }
}

process.on('message', (request: HostileRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});

// The parent is gone: nobody can ask for anything any more.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

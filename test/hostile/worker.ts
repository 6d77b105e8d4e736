import { SQSClient } from '@aws-sdk/client-sqs';
import { EventSource, type EventSourceMapping, type SqsHandler } from '#local/stack/event-source.ts';

/** The functions and their pollers in a process of their own, which is killed. Its environment is the functions'. */
export interface HostileWorkerSetup {
  readonly mappings: readonly EventSourceMapping[];
  readonly timeFactor: number;
}

/** A tick of the schedule, epoch milliseconds. */
export interface TickRequest {
  readonly tick: number;
}

export type WorkerReply =
  | { readonly kind: 'ready' }
  /** Largest resident set so far, bytes. */
  | { readonly kind: 'memory'; readonly peakBytes: number }
  | { readonly kind: 'ticked'; readonly tick: number; readonly error?: string };

const setup = JSON.parse(process.argv[2] ?? '{}') as HostileWorkerSetup;
const tell = (reply: WorkerReply) => process.send?.(reply);

const [sampler, judge, evaluator] = await Promise.all([
  import('#lambdas/sampler/handler.ts'),
  import('#lambdas/judge/handler.ts'),
  import('#lambdas/slo-evaluator/handler.ts'),
]);
const handlers: Readonly<Record<string, SqsHandler>> = { sampler: sampler.handler, judge: judge.handler };

for (const mapping of setup.mappings) {
  const handler = handlers[mapping.functionName];
  if (handler === undefined) continue;
  new EventSource({
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    mapping,
    handler,
    timeFactor: setup.timeFactor,
    sentAt: (wall) => wall,
    onError: () => undefined,
  }).start();
}

process.on('message', ({ tick }: TickRequest) => {
  evaluator.handler({ time: new Date(tick).toISOString() }).then(
    () => tell({ kind: 'ticked', tick }),
    (error: unknown) => tell({ kind: 'ticked', tick, error: String(error) }),
  );
});
setInterval(() => tell({ kind: 'memory', peakBytes: process.resourceUsage().maxRSS * 1_024 }), 500).unref();
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });

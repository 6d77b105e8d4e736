import { type PollerSetup, startPollers } from '../support/pollers.ts';

/** The functions in a process of their own, which is killed. Its environment is the functions'. */
export type WorkerRequest =
  | { readonly kind: 'begin' }
  /** A tick of the schedule, epoch milliseconds. */
  | { readonly kind: 'tick'; readonly tick: number };

export type WorkerReply =
  /** Loaded, and waiting to be told to begin. */
  | { readonly kind: 'ready' }
  /** Largest resident set so far, bytes. */
  | { readonly kind: 'memory'; readonly peakBytes: number }
  | { readonly kind: 'ticked'; readonly tick: number; readonly error?: string };

const setup = JSON.parse(process.argv[2] ?? '{}') as PollerSetup;
const reply = (message: WorkerReply) => process.send?.(message);

const [sampler, judge, evaluator] = await Promise.all([
  import('#lambdas/sampler/handler.ts'),
  import('#lambdas/judge/handler.ts'),
  import('#lambdas/slo-evaluator/handler.ts'),
]);

process.on('message', (request: WorkerRequest) => {
  if (request.kind === 'begin') {
    startPollers(setup, { sampler: sampler.handler, judge: judge.handler });
    return;
  }
  const { tick } = request;
  evaluator.handler({ time: new Date(tick).toISOString() }).then(
    () => reply({ kind: 'ticked', tick }),
    (error: unknown) => reply({ kind: 'ticked', tick, error: String(error) }),
  );
});
setInterval(() => reply({ kind: 'memory', peakBytes: process.resourceUsage().maxRSS * 1_024 }), 500).unref();
process.on('disconnect', () => process.exit(0));
reply({ kind: 'ready' });

import { type PollerSetup, startPollers } from '../support/pollers.ts';

/** Sampler and judge in a process of their own, which a test kills. Its environment is the functions'. */
const [sampler, judge] = await Promise.all([
  import('#lambdas/sampler/handler.ts'),
  import('#lambdas/judge/handler.ts'),
]);
startPollers(JSON.parse(process.argv[2] ?? '{}') as PollerSetup, {
  sampler: sampler.handler,
  judge: judge.handler,
});
process.send?.('ready');

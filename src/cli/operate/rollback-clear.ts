import { clearRollback } from '#adapters/dynamodb/operator-entries.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { minute } from '#core/time.ts';
import { requireSlo } from '../target/catalogue.ts';
import { openTarget, type Target } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { formatCleared } from './rollback-text.ts';

export interface RollbackOptions extends TargetOptions, JsonOptions {}

/** Leaves the word that the next evaluation acts on, and says what comes of it. */
export async function clearStandingRollback(name: string, options: RollbackOptions): Promise<void> {
  const target = await openTarget(options);
  try {
    const slo = requireSlo(target.catalogue, name);
    if (!slo.severities.includes('rollback'))
      throw new CliError(
        `${sloName(slo)} has no rollback alarm: tier ${slo.tier} raises ${slo.severities.join(', ') || 'none'}. There is nothing to clear.`,
      );
    if (target.evaluatedAt === undefined)
      throw new CliError(`${target.name} was never evaluated, so no rollback stands there.`);
    const stands = target.standings.some(
      (standing) => standing.slo === slo && standing.reading?.firing.rollback === true,
    );
    // After the tick that may have raised it, and in the time of the responses, which in a replay is not today's.
    const after = target.evaluatedAt + 1;
    const at = target.session === undefined ? Math.max(Date.now(), after) : after;
    await clearRollback({ dynamo: target.dynamo, table: target.tables.series }, sloName(slo), at);
    const next = stands ? await evaluateNext(target) : undefined;
    if (options.json === true)
      print(
        JSON.stringify({
          slo: sloName(slo),
          at: new Date(at).toISOString(),
          stood: stands,
          evaluated: next !== undefined,
        }),
      );
    else print(formatCleared(sloName(slo), stands, next));
  } finally {
    await target.close();
  }
}

/** A local history that has been replayed has no schedule any more: one more evaluation, a minute on, takes the word up. */
async function evaluateNext({ session, evaluatedAt = 0 }: Target): Promise<number | undefined> {
  if (session === undefined) return undefined;
  const next = evaluatedAt + minute;
  const time = new Date(next).toISOString();
  // The very handler, in the environment that opening the session has set; a run that lives in another process is none the worse.
  const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
  await handler({ time });
  await fetch(`${session.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH}/_assay/evaluate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: time }),
  });
  return next;
}

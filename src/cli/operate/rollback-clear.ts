import { clearRollback } from '#adapters/dynamodb/operator-entries.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { minute } from '#core/time.ts';
import { requireSlo } from '../objectives/explain-slo.ts';
import { openSource, type ReportSource } from '../target/target.ts';
import { CliError } from '../terminal/output.ts';
import type { RollbackOptions } from './rollback.ts';

/** Leaves the word that the next evaluation acts on, and says what comes of it. */
export async function clearStandingRollback(name: string, options: RollbackOptions): Promise<void> {
  const source = await openSource(options);
  try {
    const slo = requireSlo(source.catalogue, name);
    if (!slo.severities.includes('rollback'))
      throw new CliError(
        `${sloName(slo)} has no rollback alarm: tier ${slo.tier} raises ${slo.severities.join(', ') || 'none'}. There is nothing to clear.`,
      );
    if (source.evaluatedAt === undefined)
      throw new CliError(`${source.name} was never evaluated, so no rollback stands there.`);
    const stands = source.standings.some(
      (standing) => standing.slo === slo && standing.reading?.firing.rollback === true,
    );
    // After the tick that may have raised it, and in the time of the responses, which in a replay is not today's.
    const after = source.evaluatedAt + 1;
    const at = source.session === undefined ? Math.max(Date.now(), after) : after;
    await clearRollback({ dynamo: source.dynamo, table: source.tables.series }, sloName(slo), at);
    const next = stands ? await evaluateNext(source) : undefined;
    if (options.json === true)
      console.log(
        JSON.stringify({
          slo: sloName(slo),
          at: new Date(at).toISOString(),
          stood: stands,
          evaluated: next !== undefined,
        }),
      );
    else console.log(say(sloName(slo), stands, next));
  } finally {
    await source.close();
  }
}

/** A local history that has been replayed has no schedule any more: one more evaluation, a minute on, takes the word up. */
async function evaluateNext({ session, evaluatedAt = 0 }: ReportSource): Promise<number | undefined> {
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

function say(name: string, stands: boolean, next: number | undefined): string {
  if (!stands)
    return `No rollback of ${name} stands, so nothing changes. One that fires from now on is not touched by this.`;
  const when =
    next !== undefined
      ? `It was evaluated once more, as of ${formatInstant(next)}: the alarm is off.`
      : `The next evaluation, within ${formatDuration(minute)}, takes the alarm off.`;
  return [
    `The rollback of ${name} is cleared. ${when}`,
    'Its row counts from here on only: it fires again if what is served now is as bad. Page, ticket and digest go on as they are, and a page that it masked shows.',
  ].join('\n');
}

import type { SessionChanges } from '#local/session/session.ts';
import { openRatingTarget, type RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';

/**
 * Opens what a version is to judge: a stack, whose judge function asks, or a local run, in which `--judge` says who answers.
 *
 * @param changesFor what a local run has otherwise than it was left
 * @throws CliError where nobody could answer as `--judge` says
 */
export async function openJudgingTarget(
  options: TargetOptions & { readonly judge?: string },
  changesFor: () => Promise<SessionChanges>,
): Promise<RatingTarget> {
  if (options.stack !== undefined && options.judge !== undefined)
    throw new CliError('--judge is for local runs; a stack asks the judge that the version names.');
  const changes = options.stack === undefined ? await changesFor() : undefined;
  const target = await openRatingTarget(options, changes);
  if (options.judge === undefined || target.session?.stack !== undefined) return target;
  await target.close();
  throw new CliError(
    'Another process holds this run, with a judge of its own: end it, or leave out --judge.',
  );
}

import { describeRaterReport } from '#core/calibration/rater-report.ts';
import type { RaterRequest } from '#lambdas/ratings/leave-out-rater.ts';
import { openRatingTarget, type RatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { oneLine } from '../terminal/text.ts';
import { describeLeftOut } from './rater-text.ts';
import { tellNoReport } from './ratings-upload.ts';

export interface BringBackOptions extends TargetOptions, JsonOptions {}

export interface LeaveOutOptions extends BringBackOptions {
  readonly reason?: string;
}

const mostReason = 500;

/** Leaves a rater out and shows what that changed; without a name it lists who is left out. */
export async function leaveOut(rater: string | undefined, options: LeaveOutOptions): Promise<void> {
  const reason = options.reason?.trim() ?? '';
  if (rater !== undefined && (reason === '' || reason.length > mostReason))
    throw new CliError(
      `--reason: wanted why ${oneLine(rater, 60)} is left out, in 1 to ${mostReason} characters: it stands beside the agreement.`,
    );
  const target = await openRatingTarget(options);
  try {
    if (rater === undefined) await list(target, options);
    else await change(target, { leaveOut: rater, reason }, options);
  } finally {
    await target.close();
  }
}

/** Brings a rater back and shows what that changed. */
export async function bringBack(rater: string, options: BringBackOptions): Promise<void> {
  const target = await openRatingTarget(options);
  try {
    await change(target, { bringBack: rater }, options);
  } finally {
    await target.close();
  }
}

async function list({ ratings, flags }: RatingTarget, options: JsonOptions): Promise<void> {
  const raters = await ratings.readLeftOut();
  if (options.json === true)
    print(
      JSON.stringify(
        raters.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
        null,
        2,
      ),
    );
  else if (raters.length === 0)
    print(`Nobody is left out. To leave somebody out: npx assay ratings leave-out NAME --reason WHY${flags}`);
  else for (const each of raters) print(describeLeftOut(each));
}

async function change(target: RatingTarget, request: RaterRequest, options: JsonOptions): Promise<void> {
  const changed = await target.leaveOut(request);
  const { report } = changed;
  if (report === undefined) return tellNoReport('The rater is being looked at', changed);
  if (report.ratings === 0 && !report.already) {
    if (options.json === true) print(JSON.stringify(report, null, 2));
    throw new CliError(oneLine(describeRaterReport(report), 500));
  }
  print(
    options.json === true
      ? JSON.stringify(report, null, 2)
      : describeRaterReport(report)
          .trimEnd()
          .split('\n')
          .map((line) => oneLine(line, 2_000))
          .join('\n'),
  );
}

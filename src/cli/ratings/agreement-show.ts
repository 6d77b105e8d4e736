import { openRatingTarget } from '../target/rating-target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { agreementJson } from './agreement-json.ts';
import { type JudgeAgreement, measureJudge, readMissTexts } from './agreement-measure.ts';
import { formatAgreement } from './agreement-text.ts';

export interface AgreementOptions extends TargetOptions, JsonOptions {
  readonly surface?: string;
  readonly misses: number;
}

/** Prints the agreement of every judge that people rated. */
export async function showAgreement(options: AgreementOptions): Promise<void> {
  const target = await openRatingTarget(options);
  try {
    const calibrations = (await target.ratings.readCalibrations()).filter(
      ({ surface }) => options.surface === undefined || surface === options.surface,
    );
    const measured: JudgeAgreement[] = [];
    for (const calibration of calibrations)
      measured.push(await measureJudge(target, calibration, options.misses));
    if (options.json === true) print(JSON.stringify(measured.map(agreementJson), null, 2));
    else if (measured.length === 0)
      print(
        `No ratings yet. Draw responses to rate with "npx assay ratings draw --surface NAME${target.flags}".`,
      );
    else for (const each of measured) print(formatAgreement(each, await readMissTexts(target, each)));
  } finally {
    await target.close();
  }
}

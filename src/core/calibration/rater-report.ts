import { countOf } from '../count-of.ts';
import { shellWord } from '../shell-word.ts';
import { type Calibration, calibrationName } from './calibration.ts';

/** What leaving a rater out changed, or bringing one back. */
export interface RaterReport {
  readonly rater: string;
  readonly leftOut: boolean;
  /** Why; empty of one who is brought back. */
  readonly why: string;
  /** Ratings of theirs that no longer count, or count again; 0 of somebody who rated nothing, of whom nothing is stored. */
  readonly ratings: number;
  /** It was so before, and nothing changed but the reason. */
  readonly already: boolean;
  /** As they are now. */
  readonly calibrations: readonly Calibration[];
}

/** The report in words, for people. */
export function describeRaterReport(report: RaterReport): string {
  const { rater, leftOut, why, ratings, already, calibrations } = report;
  if (ratings === 0 && !already)
    return `Nobody called "${rater}" has rated anything. Who rated what: npx assay ratings uploads\n`;
  const lines = [
    leftOut
      ? `${rater} ${already ? 'was left out before' : 'is left out'}: ${countOf(ratings, 'rating')} ${ratings === 1 ? 'does' : 'do'} not count (${why}). To bring them back: npx assay ratings bring-back ${shellWord(rater)}`
      : `${rater} ${already ? 'was not left out' : 'counts again'}: ${countOf(ratings, 'rating')}.`,
    ...calibrations.map(
      (calibration) =>
        `Calibration ${calibrationName(calibration)}, version ${calibration.number}, is ${calibration.state}: ${calibration.reason}.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

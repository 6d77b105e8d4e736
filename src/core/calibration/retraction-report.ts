import { countOf } from '../count-of.ts';
import type { Calibration } from './calibration.ts';
import { calibrationName } from './calibration.ts';

/** What taking an upload back changed. */
export interface RetractionReport {
  readonly upload: string;
  /** Key of its file in the ratings bucket; null of an upload that nobody knows. */
  readonly file: string | null;
  /** Why it was taken back, where that was said. */
  readonly why?: string | undefined;
  /** It had been taken back before, and this changed nothing. */
  readonly already: boolean;
  /** Ratings of which nothing is left. */
  readonly gone: number;
  /** Ratings in whose place an older or a later one counts again. */
  readonly restored: number;
  /** Ratings that stay: other uploads said the same, or replaced them. */
  readonly kept: number;
  /** As they are now; a judge whose last ratings went has none. */
  readonly calibrations: readonly Calibration[];
}

/** The report in words, for people. */
export function describeRetraction(report: RetractionReport): string {
  const { upload, file, why, already, gone, restored, kept, calibrations } = report;
  if (file === null) return `There is no upload ${upload}. Those that there are: npx assay ratings uploads\n`;
  const lines = [
    already
      ? `${upload} (${file}) was taken back before; nothing changed.`
      : `${upload} (${file}) is taken back${why === undefined ? '' : ` (${why})`}: ${countOf(gone, 'rating')} ${gone === 1 ? 'is' : 'are'} gone${restored > 0 ? `, in place of ${restored} another one counts again` : ''}${kept > 0 ? `, ${kept} stay as other uploads gave them` : ''}.`,
    ...calibrations.map(
      (calibration) =>
        `Calibration ${calibrationName(calibration)}, version ${calibration.number}, is ${calibration.state}: ${calibration.reason}.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

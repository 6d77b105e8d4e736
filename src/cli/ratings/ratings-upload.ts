import { access } from 'node:fs/promises';
import { describeAcceptance } from '#core/calibration/acceptance-report.ts';
import { openRatingPlace, type PlaceOptions } from '../target/rating-place.ts';
import { CliError, oneLine } from '../terminal/output.ts';

/** Takes a ratings file in and shows the report. Ends with 1 where nothing in it could be used. */
export async function uploadRatings(
  file: string,
  options: PlaceOptions & { readonly json?: boolean },
): Promise<void> {
  await access(file).catch(() => {
    throw new CliError(`There is no readable file ${file}.`);
  });
  const place = await openRatingPlace(options);
  try {
    const { report, reportAt } = await place.upload(file);
    if (report === undefined) {
      console.log(
        `${file} is uploaded; it is long, or others are before it. The report will be at ${reportAt}.`,
      );
      return;
    }
    if (options.json === true) console.log(JSON.stringify(report, null, 2));
    else
      console.log(
        describeAcceptance(report)
          .trimEnd()
          .split('\n')
          .map((line) => oneLineKeepingIndent(line))
          .join('\n'),
      );
    if (report.rows === 0 || report.refused === report.rows) process.exitCode = 1;
  } finally {
    await place.close();
  }
}

/** Column names and reasons come from the file. */
function oneLineKeepingIndent(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${oneLine(line, 2_000)}`;
}

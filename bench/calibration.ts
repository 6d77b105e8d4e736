/**
 * How often 95% intervals of the calibrated pass rate cover the true one, and how wide they are; and what a file of
 * 100,000 ratings takes. `npm run bench:calibration -- [--repetitions 20000] [--ratings 100000 | --no-file] [--json]`.
 * The tables go to stdout, progress to stderr.
 */
import { parseArgs } from 'node:util';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { draws, type Estimator, estimators, measureCoverage } from './calibration/coverage.ts';
import { measureFile } from './calibration/rating-file.ts';
import { measureWindowCoverage, serviceRates } from './calibration/window-coverage.ts';

const { values: options } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '20000' },
    ratings: { type: 'string', default: '100000' },
    file: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

/** PPI++ goes through every rating one by one, the others through counts. */
const shareOfRepetitions: Readonly<Record<Estimator, number>> = {
  ours: 1,
  'rogan-gladen': 1,
  'lang-reiczigel': 1,
  'ppi++': 0.2,
};

const names: Readonly<Record<Estimator, string>> = {
  ours: 'Assay (post-stratified)',
  'rogan-gladen': 'Rogan-Gladen (Fieller)',
  'lang-reiczigel': 'Lang-Reiczigel',
  'ppi++': 'PPI++',
};

const settings = [0.945, 0.8].flatMap((trueRate) =>
  draws.flatMap((draw) => [50, 200, 500].map((ratings) => ({ trueRate, draw, ratings }))),
);

const rows = settings.map((setting) => {
  const found = estimators.map((estimator) => {
    const repetitions = Math.round(Number(options.repetitions) * shareOfRepetitions[estimator]);
    return [estimator, measureCoverage(setting, estimator, repetitions)] as const;
  });
  process.stderr.write(`\r\u001b[2K${setting.trueRate} ${setting.draw} ${setting.ratings}`);
  return { ...setting, ...Object.fromEntries(found) } as typeof setting &
    Record<Estimator, (typeof found)[number][1]>;
});
process.stderr.write('\r\u001b[2K');

const kept = rows.every(({ ratings, ours }) =>
  ratings >= 200
    ? ours.covered >= 0.94 && ours.covered <= 0.965
    : ours.covered >= 0.92 && ours.covered <= 0.97,
);

if (!options.json) {
  console.log(
    `Coverage of 95% intervals and their median width in points. Judge .93 / .75, 10,000 judged, ${options.repetitions} repetitions (PPI++ a fifth).`,
  );
  console.log(
    `true rate  draw      ratings  ${estimators.map((estimator) => names[estimator].padEnd(24)).join('')}`,
  );
  for (const row of rows) {
    const cells = estimators.map((estimator) => {
      const { covered, medianWidth } = row[estimator];
      return `${covered.toFixed(3)}  ${(100 * medianWidth).toFixed(1)}`.padEnd(24);
    });
    console.log(
      `${String(row.trueRate).padEnd(9)}  ${row.draw.padEnd(8)}  ${String(row.ratings).padEnd(7)}  ${cells.join('')}`.trimEnd(),
    );
  }
  console.log(
    `Assay's within .94 to .965 from 200 ratings and within .92 to .97 at 50: ${kept ? 'yes' : 'NO'}.`,
  );
}

// Each costs two quadratures.
const windowRepetitions = Math.max(200, Math.round(Number(options.repetitions) / 10));
const windows = serviceRates.map((rate) => {
  process.stderr.write(`\r\u001b[2Kwindow at ${rate}`);
  return { rate, ...measureWindowCoverage(rate, windowRepetitions) };
});
process.stderr.write('\r\u001b[2K');
const windowsKept = windows.every(
  ({ rate, covered, medianWidth }) =>
    covered >= (rate > 0.8 ? 0.94 : 0.91) && (rate !== 0.945 || medianWidth <= 0.056),
);
if (!options.json) {
  console.log(
    `\nThe interval that is reported of a window of 10,000, by 200 ratings of a time at .945 (a third of what the judge failed), ${windowRepetitions} repetitions:`,
  );
  console.log('service  coverage  median width in points');
  for (const { rate, covered, medianWidth } of windows)
    console.log(
      `${String(rate).padEnd(7)}  ${covered.toFixed(3).padEnd(8)}  ${(100 * medianWidth).toFixed(1)}`,
    );
  console.log(
    `At least .94 down to .85 and .91 at .80, at most 5.6 points with no change: ${windowsKept ? 'yes' : 'NO'}.`,
  );
}

let file: Awaited<ReturnType<typeof measureFile>> | undefined;
if (options.file) {
  const reading = await loadCatalogue(process.cwd());
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  file = await measureFile(reading.catalogue, Number(options.ratings));
  if (!options.json)
    console.log(
      `\nOne file of ${file.ratings} ratings (${file.accepted} accepted) against the embedded servers: ${file.seconds.toFixed(0)} s, peak ${file.peakMemory.toFixed(0)} MB over the process's own; the same file again ${file.again.toFixed(0)} s.`,
    );
}
if (options.json)
  console.log(
    JSON.stringify(
      { repetitions: Number(options.repetitions), rows, kept, windows, windowsKept, file },
      null,
      2,
    ),
  );
if (!kept || !windowsKept) process.exitCode = 1;

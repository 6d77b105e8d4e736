import { type PartResult, tell } from './bench-part.ts';
import { draws, type Estimator, estimators, measureCoverage } from './coverage.ts';

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

/** Coverage and width of intervals of the rate of the rated time, by several estimators. */
export function tableIntervals(repetitions: number): PartResult {
  const settings = [0.945, 0.8].flatMap((trueRate) =>
    draws.flatMap((draw) => [50, 200, 500].map((ratings) => ({ trueRate, draw, ratings }))),
  );
  const rows = settings.map((setting) => {
    tell(`${setting.trueRate} ${setting.draw} ${setting.ratings}`);
    const found = estimators.map((estimator) => {
      const own = Math.round(repetitions * shareOfRepetitions[estimator]);
      return [estimator, measureCoverage(setting, estimator, own)] as const;
    });
    return { ...setting, ...Object.fromEntries(found) } as typeof setting &
      Record<Estimator, (typeof found)[number][1]>;
  });
  const kept = rows.every(({ ratings, ours }) =>
    ratings >= 200
      ? ours.covered >= 0.94 && ours.covered <= 0.965
      : ours.covered >= 0.92 && ours.covered <= 0.97,
  );
  const lines = [
    `Coverage of 95% intervals and their median width in points. Judge .93 / .75, 10,000 judged, ${repetitions} repetitions (PPI++ a fifth).`,
    `true rate  draw      ratings  ${estimators.map((estimator) => names[estimator].padEnd(24)).join('')}`,
    ...rows.map((row) => {
      const cells = estimators.map((estimator) => {
        const { covered, medianWidth } = row[estimator];
        return `${covered.toFixed(3)}  ${(100 * medianWidth).toFixed(1)}`.padEnd(24);
      });
      return `${String(row.trueRate).padEnd(9)}  ${row.draw.padEnd(8)}  ${String(row.ratings).padEnd(7)}  ${cells.join('')}`.trimEnd();
    }),
    `Assay's within .94 to .965 from 200 ratings and within .92 to .97 at 50: ${kept ? 'yes' : 'NO'}.`,
  ];
  return { lines, found: rows, kept };
}

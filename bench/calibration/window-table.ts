import { type PartResult, tell } from './bench-part.ts';
import { measureWindowCoverage, serviceRates } from './window-coverage.ts';

/** Coverage and width of the interval that is reported of a window. */
export function tableWindows(repetitions: number): PartResult {
  const windows = serviceRates.map((rate) => {
    tell(`window at ${rate}`);
    return { rate, ...measureWindowCoverage(rate, repetitions) };
  });
  const kept = windows.every(
    ({ rate, covered, medianWidth }) =>
      covered >= (rate > 0.8 ? 0.94 : 0.91) && (rate !== 0.945 || medianWidth <= 0.056),
  );
  const lines = [
    `The interval that is reported of a window of 10,000, by 200 ratings of a time at .945 (a third of what the judge failed), ${repetitions} repetitions:`,
    'service  coverage  median width in points',
    ...windows.map(
      ({ rate, covered, medianWidth }) =>
        `${String(rate).padEnd(7)}  ${covered.toFixed(3).padEnd(8)}  ${(100 * medianWidth).toFixed(1)}`,
    ),
    `At least .94 down to .85 and .91 at .80, at most 5.6 points with no change: ${kept ? 'yes' : 'NO'}.`,
  ];
  return { lines, found: windows, kept };
}

import { measureDriftDelay, measureFalseDrift, noises } from './anchors.ts';
import { type PartResult, shareError, tell } from './bench-part.ts';

/** Days by which the drift is to be noticed, by noise, by a set with 30 days of scorings. */
const wanted = [9, 17, 22] as const;

const mostFalse = 0.005;

/**
 * How often anchors call a steady judge moved, and how soon they notice one that drifts.
 *
 * @param repetitions half years a noise; delays take a fifth as many
 */
export function tableAnchors(repetitions: number): PartResult {
  const delays = Math.max(20, Math.round(repetitions / 5));
  const rows = noises.map((noise, index) => {
    tell(`anchors at a noise of ${noise}`);
    return {
      noise,
      falseDrift: measureFalseDrift(noise, repetitions),
      known: measureDriftDelay(noise, 30, delays),
      fresh: measureDriftDelay(noise, 0, delays),
      wanted: wanted[index] ?? 0,
    };
  });
  const kept = rows.every(
    ({ falseDrift, known, wanted: by }) => falseDrift <= mostFalse && known.median <= by,
  );
  const lines = [
    `Anchors: 1,000, 200 scored a day. Half years in which a steady judge is called moved (${repetitions} repetitions), and days until a sensitivity that falls from .93 to .88 over 30 days is noticed, median (90th percentile; ${delays} repetitions):`,
    'noise  called moved      after 30 days of scorings  a fresh set',
    ...rows.map(({ noise, falseDrift, known, fresh }) =>
      [
        noise.toFixed(1).padEnd(5),
        `${falseDrift.toFixed(4)} +- ${shareError(falseDrift, repetitions).toFixed(4)}`,
        `${known.median} +- ${known.error.toFixed(1)} (${known.ninth})`.padEnd(25),
        `${fresh.median} +- ${fresh.error.toFixed(1)} (${fresh.ninth})`,
      ].join('  '),
    ),
    `At most .005 called moved, noticed by day ${wanted.join(' / ')}: ${kept ? 'yes' : 'NO'}.`,
  ];
  return { lines, found: rows, kept };
}

import { leastRatings } from '#core/calibration/calibration-state.ts';
import { type DelayHours, judgePassRate } from '#core/calibration/power.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { delayCounts, type Power, sampleRates } from './power-compute.ts';

/** Two tables: the interval that ratings buy, and the delay that a sample rate buys. */
export function formatPower(power: Power): string {
  const { objective, traffic, healthy, drop, sensitivity, specificity, ratings, delays, series } = power;
  return [
    `Supposed: a true pass rate of ${formatShare(healthy)} while all is well, a judge with sensitivity ${sensitivity} and specificity ${specificity}; its raw rate is then ${formatShare(judgePassRate(power, healthy))}, whatever the objective.`,
    '',
    `Ratings, a third of judge-failed and two thirds of judge-passed responses, against ${formatShare(objective)}:`,
    formatTable([
      [
        '  ratings',
        '95% interval of the true rate',
        'width',
        'judge\u2019s rate at a warning',
        'at a page',
        '',
      ],
      ...ratings.map(({ ratings: count, lower, upper, warn, page }) => [
        `  ${count}`,
        `${formatShare(lower)} to ${formatShare(upper)}`,
        `${((upper - lower) * 100).toFixed(1)} points`,
        warn === undefined ? '-' : formatShare(warn),
        page === undefined ? '-' : formatShare(page),
        count === leastRatings
          ? 'the least that is valid'
          : count < leastRatings
            ? 'too few to be valid'
            : '',
      ]),
    ]),
    '',
    `Hours until a drop to ${formatShare(drop)} raises an alarm, ${formatNumber(traffic)} responses a day: the median of ${series} simulated series, on which the shipped rules run as deployed, and where four of five lie, by ratings:`,
    formatTable([
      ['  sampled', 'a day', 'alarm', ...delayCounts.map(String), `${leastRatings}, zoomed`],
      ...sampleRates.flatMap((rate) => {
        const found = delays.filter((delay) => delay.rate === rate);
        const zoomed = found.find((delay) => delay.ratings === leastRatings)?.zoomedPage ?? null;
        const [share, judged] = [`  ${formatShare(rate, 0)}`, formatNumber(traffic * rate)];
        return [
          [share, judged, 'ticket', ...found.map(({ warn }) => formatDelay(warn)), ''],
          ['', '', 'page', ...found.map(({ page }) => formatDelay(page)), formatDelay(zoomed)],
        ];
      }),
    ]),
    '',
    'Fewer than 200 ratings page nothing. A dash: not within two weeks. More ratings move the thresholds up, a higher sample rate brings the evidence sooner. Zoomed: sampled up to ten times as much while a page is near, as long as its share of the cap lasts.',
  ].join('\n');
}

function formatDelay(delay: DelayHours | null): string {
  if (delay === null) return '-';
  const { median, early, late } = delay;
  return `${formatHours(median)} (${formatHours(early)}-${late === null ? '' : formatHours(late)})`;
}

function formatHours(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

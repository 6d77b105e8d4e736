import { describeField, type Field, sayField, unitOfField } from '../definition/field.ts';
import type { Sli } from '../definition/sli.ts';
import type { KindCounting } from '../definition/sli-kinds.ts';
import type { Slo } from '../definition/slo.ts';
import { formatChance, formatDuration, formatNumber, formatPercent } from '../words/format.ts';
import { joinReason } from '../words/reason.ts';
import { type BadWords, sayLast, sayRate, sayShare } from '../words/say-share.ts';
import type { ChangeReading } from './readings.ts';

/** A change in words: the plain sentence, then `Refusals over 7 d went from 2% to 5.1%, 2.1 times the 1.5 points that are allowed. By chance: 3.4e-9; 1e-5 is asked.` */
export function describeChange(slo: Slo, change: ChangeReading): string {
  return joinReason({ plain: sayChange(slo, change), statistics: describeFigures(slo, change) });
}

/** `Refusals went up in the last seven days: one answer in twenty, where one in 50 is normal; a rise of 1.5 points is allowed.` */
export function sayChange({ sli, window }: Slo, { value, baseline }: ChangeReading): string {
  switch (sli.kind) {
    case 'refusal-change': {
      const allowed = `a rise of ${sayPoints(sli.within)} is allowed`;
      return value > baseline
        ? `Refusals went up ${sayLast(window)}: ${sayShare(value)} of all answers, where ${sayShare(baseline)} is normal; ${allowed}.`
        : `Refusals did not rise ${sayLast(window)}: ${sayShare(value)} of all answers, and ${sayShare(baseline)} is normal.`;
    }
    case 'quantile-change':
      return `${sayRate(1 - sli.quantile, beyond(sli.field, value))} ${sayLast(window)}; normal is ${sayQuantity(sli.field, baseline)}, and ${sayTimes(sli.times)} that is too much.`;
    case 'mean-change': {
      const relative = baseline === 0 ? 0 : value / baseline - 1;
      const side = relative < 0 ? 'under' : 'over';
      return `The mean ${describeField(sli.field)} was ${sayQuantity(sli.field, value)} ${sayLast(window)}, ${Math.round(100 * Math.abs(relative))}% ${side} the normal ${sayQuantity(sli.field, baseline)}; ${Math.round(100 * sli.within)}% is allowed.`;
    }
    default:
      sli satisfies Exclude<Sli, { kind: KindCounting<'change'> }>;
      return 'It changed.';
  }
}

function beyond(field: Field, value: number): BadWords {
  const had = `had ${sayField(field)} of over ${sayQuantity(field, value)}`;
  return { one: 'answer', many: 'answers', was: had, were: had };
}

function sayTimes(times: number): string {
  return times === 2 ? 'twice' : `${formatNumber(times)} times`;
}

function sayPoints(within: number): string {
  const points = Number((100 * within).toPrecision(3));
  return `${points} ${points === 1 ? 'point' : 'points'}`;
}

/** `1.2 s`, `320 ms`, `$0.012`, `41 a second`: two digits or three, as people read. */
function sayQuantity(field: Field, value: number): string {
  const short = (of: number, digits = 2) => formatNumber(Number(of.toPrecision(digits)));
  switch (unitOfField(field)) {
    case 'usd':
      return `$${short(value)}`;
    case 'ms':
      return value >= 1000 ? `${short(value / 1000)} s` : `${short(value, 3)} ms`;
    case 'tokensPerSecond':
      return short(value);
  }
}

function describeFigures(slo: Slo, change: ChangeReading): string {
  const chance = `By chance: ${formatChance(change.logP)}; ${formatChance(Math.log(change.alpha))} is asked.`;
  const { sli } = slo;
  const window = formatDuration(slo.window);
  switch (sli.kind) {
    case 'refusal-change':
      return `Refusals over ${window} went from ${formatPercent(change.baseline)} to ${formatPercent(change.value)}, ${formatNumber(change.ofBound)} times the ${formatNumber(100 * sli.within)} points that are allowed. ${chance}`;
    case 'quantile-change':
      return `The ${formatNumber(100 * sli.quantile)}th percentile of ${sli.field} over ${window} is ${formatNumber(change.value)} against ${formatNumber(change.baseline)} in the 28 days before; it fires at ${formatNumber(sli.times)} times. ${chance}`;
    case 'mean-change': {
      const relative = change.value / change.baseline - 1;
      return `The mean ${sli.field} over ${window} is ${formatNumber(change.value)}, ${formatPercent(Math.abs(relative))} ${relative < 0 ? 'under' : 'over'} the median of ${sli.days} days (${formatNumber(change.baseline)}); it fires at ${formatPercent(sli.within)}. ${chance}`;
    }
    default:
      sli satisfies Exclude<Sli, { kind: KindCounting<'change'> }>;
      return `The change is ${formatNumber(change.ofBound)} times what is allowed. ${chance}`;
  }
}

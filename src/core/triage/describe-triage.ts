import type { Counts } from '../slo/rules/count-series.ts';
import { formatDuration, formatInstant, formatNumber } from '../slo/words/format.ts';
import { sayRate, sayShare } from '../slo/words/say-share.ts';
import { type Carrier, type Dimension, findReplacements } from './carriers.ts';
import type { Triage } from './triage.ts';
import { visibleText } from './visible-text.ts';

/** What a triage says, in words that the terminal and the postmortem share. Names from outside are made visible. */

const subjects: Readonly<Record<string, { name: string; verb: string }>> = {
  quality: { name: 'Quality', verb: 'fall' },
  latency: { name: 'Latency', verb: 'get worse' },
  cost: { name: 'Cost', verb: 'get worse' },
  availability: { name: 'Availability', verb: 'fall' },
};

/** `94.1%`; one decimal more where the shares are near 100%, so that 99.95% and 99.92% differ. */
export function formatShareOf({ good, total }: Counts): string {
  return total === 0 ? '-' : formatRate(good / total);
}

export function formatRate(rate: number | null): string {
  if (rate === null) return '-';
  return `${(100 * rate).toFixed(rate > 0.99 && rate < 1 ? 2 : 1)}%`;
}

/** The answer in a sentence or two: when, from what to what, and what carries it. */
export function describeHeadline(triage: Triage): string {
  const { category, surface, slo, fall, whole, before, after, searched, objective } = triage;
  const { name, verb } = subjects[category] ?? { name: 'Quality', verb: 'fall' };
  const subject = `${name} of ${surface} (${slo.slice(surface.length + 1)})`;
  if (whole.total === 0)
    return `${subject}: no ${triage.events} between ${formatInstant(searched.from)} and ${formatInstant(searched.to)}, so there is nothing to look into.`;
  if (fall === null || fall.sure === 'unclear') {
    const wanted = objective === null || triage.proxy !== null ? '' : `, wanted ${formatRate(objective)}`;
    return `${subject} has no clear beginning of a fall between ${formatInstant(searched.from)} and ${formatInstant(searched.to)}: ${whole.good === whole.total ? 'all' : `${formatShareOf(whole)} of`} ${formatNumber(whole.total)} ${triage.events} were good${wanted}.`;
  }
  const perhaps = fall.sure === 'perhaps' ? 'perhaps ' : '';
  const end = fall.until === null ? '' : ` and recovered around ${formatInstant(fall.until)}`;
  return `${subject} ${perhaps}began to ${verb} around ${formatInstant(fall.at)}${end}: ${formatShareOf(before)} -> ${formatShareOf(after)} good; ${describeLead(triage.dimensions)}.`;
}

/**
 * `One answer in three was bad from 2026-11-30 21:00 UTC on; before it was one in eleven. That is the judge's own count.`
 * Undefined where no beginning is found.
 */
export function sayFall({ fall, before, after, bad, verdicts }: Triage): string | undefined {
  if (bad === undefined || fall === null || fall.sure === 'unclear' || !(after.total > 0)) return undefined;
  const until = fall.until === null ? 'on' : `to ${formatInstant(fall.until)}`;
  const was = before.total > 0 ? `; before it was ${sayShare(1 - before.good / before.total)}` : '';
  const counted = verdicts === null ? '' : " That is the judge's own count.";
  return `${sayRate(1 - after.good / after.total, bad)} from ${formatInstant(fall.at)} ${until}${was}.${counted}`;
}

/** What carries it, over all ways to cut the traffic. */
export function describeLead(dimensions: readonly Dimension[]): string {
  const carried = dimensions
    .filter(({ finding }) => finding === 'carried')
    .toSorted((first, second) => (topOf(second)?.share ?? 0) - (topOf(first)?.share ?? 0));
  const [first, ...others] = carried;
  const top = first === undefined ? undefined : topOf(first);
  if (first !== undefined && top !== undefined) {
    const same = others.flatMap((other) => {
      const its = topOf(other);
      return its !== undefined && isAlike(its, top) ? [`${other.dimension} ${formatName(its)}`] : [];
    });
    const with_ = same.length === 0 ? '' : ` (with as many responses: ${same.join(', ')})`;
    return `${first.dimension} ${formatName(top)}${with_} carries ${describePart(top.share)}`;
  }
  const replaced = dimensions.filter(({ finding }) => finding === 'replaced');
  if (replaced.length > 0)
    return `all since comes from ${joinWords(replaced.map(describeReplacements))}: nothing else is left to compare with`;
  const mix = dimensions.find(({ finding }) => finding === 'mix');
  if (mix !== undefined) return `no rate of a ${mix.dimension} fell: ${describeMix(mix)}`;
  const even = dimensions.filter(({ finding }) => finding === 'even').map(({ dimension }) => `${dimension}s`);
  if (even.length > 0) return `spread evenly over ${joinWords(even)}`;
  return 'nothing that is stored tells which part of the traffic carries it';
}

/** One line of a dimension: what was found. */
export function describeFinding(dimension: Dimension): string {
  const { finding, byMix, excess, carriers } = dimension;
  const name = dimension.dimension;
  switch (finding) {
    case 'carried': {
      const standing = carriers.filter(({ standsOut }) => standsOut);
      const moved = byMix >= 0.2 * excess ? ` ${describeMixShare(byMix, excess)}` : '';
      return `${joinWords(standing.map((each) => `${formatName(each)} carries ${describePart(each.share)}`))}.${moved}`;
    }
    case 'replaced':
      return `all since comes from ${describeReplacements(dimension)}: nothing is left to compare with.`;
    case 'mix':
      return `no rate fell; ${describeMix(dimension)}. ${describeMixShare(byMix, excess)}`;
    case 'even':
      return `spread evenly: no ${name} stands out beyond chance.`;
    case 'thin':
      return `too few events in any second ${name} to tell.`;
    case 'single':
      return `there is only ${carriers[0] === undefined ? 'one' : formatName(carriers[0])}.`;
    case 'none':
      return 'no more failures than before.';
  }
}

/** `96% of the excess failures`. */
function describePart(share: number | null): string {
  if (share === null) return 'none of the excess failures';
  return share > 0.995 ? 'all of the excess failures' : `${Math.round(100 * share)}% of the excess failures`;
}

function describeMixShare(byMix: number, excess: number): string {
  return `${Math.round((100 * byMix) / excess)}% of the excess comes of traffic that moved.`;
}

function describeMix({ carriers }: Dimension): string {
  const before = carriers.reduce((sum, each) => sum + each.before.total, 0);
  const after = carriers.reduce((sum, each) => sum + each.after.total, 0);
  const [most] = carriers.toSorted((first, second) => second.excessByMix - first.excessByMix);
  if (most === undefined) return 'traffic moved';
  const share = (part: number, whole: number) => `${Math.round((100 * part) / Math.max(1, whole))}%`;
  return `${formatName(most)} went from ${share(most.before.total, before)} to ${share(most.after.total, after)} of the traffic`;
}

/** `release v42, not there before`; `models a (60%) and b (40%), 12% of the traffic before`. */
function describeReplacements({ dimension, carriers }: Dimension): string {
  const sum = (of: readonly Carrier[], when: 'before' | 'after') =>
    of.reduce((all, each) => all + each[when].total, 0);
  const after = Math.max(1, sum(carriers, 'after'));
  const fresh = findReplacements(carriers).toSorted(
    (first, second) => second.after.total - first.after.total,
  );
  const shown = fresh
    .slice(0, 3)
    .map((each) =>
      fresh.length === 1
        ? formatName(each)
        : `${formatName(each)} (${Math.round((100 * each.after.total) / after)}%)`,
    );
  const more = fresh.length > 3 ? [`${fresh.length - 3} more`] : [];
  const was = sum(fresh, 'before') / Math.max(1, sum(carriers, 'before'));
  const before = was === 0 ? 'not there before' : `${formatNumber(100 * was)}% of what came before`;
  return `${dimension}${fresh.length > 1 ? 's' : ''} ${joinWords([...shown, ...more])}, ${before}`;
}

/** When it began, how sure that is, and what it was held against. */
export function describeStart({ fall, comparison, whole, before, after, events }: Triage): string[] {
  if (comparison === null || whole.total === 0) return [];
  const lasted = ({ from, to }: { readonly from: number; readonly to: number }) => formatDuration(to - from);
  const begun = formatInstant(comparison.before.to);
  const earlier =
    before.total === 0
      ? `Before ${begun}: no ${events}.`
      : `Before: ${formatShareOf(before)} of ${formatNumber(before.total)} ${events} in the ${lasted(comparison.before)} to ${begun}.`;
  const since =
    after.total === 0 ? `no ${events}` : `${formatShareOf(after)} of ${formatNumber(after.total)}`;
  const said = [`${earlier} Since: ${since} in ${lasted(comparison.after)}.`];
  if (fall === null)
    return ['Nowhere in this time does the share fall with 10 events or more on either side.', ...said];
  const { range, chance, sure, dispersion, at } = fall;
  const between =
    range.to - range.from <= 300_000 || sure === 'unclear'
      ? ''
      : `Its start lies between ${formatInstant(range.from)} and ${formatInstant(range.to)} (95%). `;
  const scatter =
    dispersion >= 1.5
      ? ` The counts scatter ${formatNumber(dispersion)} times as much as chance, allowed for.`
      : '';
  const certainty = {
    clear: `Chance of so much change with nothing behind it: ${formatChance(chance)}.`,
    perhaps: `NOT SURE: chance alone does as much in ${formatChance(chance)} of such stretches of time.`,
    unclear:
      chance >= 0.5
        ? 'What there is of ups and downs is no more than chance.'
        : `Likeliest at ${formatInstant(at)}, but chance alone does as much in ${formatChance(chance)} of such stretches of time.`,
  }[sure];
  return [`${between}${certainty}${scatter}`, ...said];
}

function formatChance(chance: number): string {
  if (chance < 1e-9) return 'under 1e-9';
  return chance < 0.001 ? chance.toExponential(0) : `${Number((100 * chance).toPrecision(2))}%`;
}

function topOf({ carriers }: Dimension): Carrier | undefined {
  return carriers.find(({ standsOut }) => standsOut);
}

/** Two slices of the same size and the same failures are most likely the same responses. */
function isAlike(first: Carrier, second: Carrier): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= 0.02 * Math.max(a, b);
  return (
    near(first.after.total, second.after.total) &&
    near(first.after.total - first.after.good, second.after.total - second.after.good)
  );
}

function formatName({ name }: Carrier): string {
  return visibleText(name, 40);
}

export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

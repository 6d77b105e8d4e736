import type { Category } from '#core/names.ts';
import { healthRules, healths } from '#core/slo/alarms/health.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { formatShare } from '#core/slo/words/format.ts';
import { describeSlo } from '../alarms/describe-slo.ts';

/** What the dashboard says, in the Markdown of its text widgets. */

/** The rule of the colours, as the local page says it. */
export function describeColours(): string {
  const rules = healths.map((health) => {
    const { word, colour, rule } = healthRules[health];
    return `**${colour}**, ${word}: ${rule}`;
  });
  return `${rules.join(' · ')}. A category is as its worst SLO is, on the worst surface.`;
}

export function formatTitle(category: Category): string {
  return `${category[0]?.toUpperCase()}${category.slice(1)}`;
}

/** Heading of a category's panel: its only headline in full, or those of several surfaces in a line each. */
export function describePanel(category: Category, headlines: readonly HeadlineSlo[]): string {
  const [first, ...others] = headlines;
  const heading = `## ${formatTitle(category)}`;
  if (first === undefined) return `${heading}\nNo objective is set for this category.`;
  if (others.length === 0)
    return `${heading}\n**${first.slo.title}** (${first.title}): ${describeSlo(first.slo)}.`;
  const groups = new Map<string, string[]>();
  for (const { title, slo } of headlines) {
    const what = `**${slo.title}**${describeTarget(slo)}`;
    groups.set(what, [...(groups.get(what) ?? []), title]);
  }
  return [heading, ...[...groups].map(([what, titles]) => `- ${what}: ${titles.join(', ')}`)].join('\n');
}

export interface HeadlineSlo {
  /** Of the surface. */
  readonly title: string;
  readonly slo: Slo;
}

/** `, wanted 95%`; nothing for a kind of change, which has no objective. */
export function describeTarget({ objective }: Slo): string {
  return objective === null ? '' : `, wanted ${formatShare(objective)}`;
}

/** Every SLO of a category in full, with its runbook's section. */
export function describeSloList(slos: readonly HeadlineSlo[]): string[] {
  return slos.map(
    ({ title, slo }) =>
      `- ${title}, **${slo.title}**: ${describeSlo(slo)}. ${formatLink('Runbook', slo.runbook)}`,
  );
}

/** A link where there is an address on the web, else the place in words. */
export function formatLink(word: string, address: string): string {
  return /^https?:\/\//.test(address) ? `[${word}](${address})` : `${word}: ${address}`;
}

import type { Category } from '#core/names.ts';
import { type Health, healthRules } from '#core/slo/health.ts';
import type { Slo } from '#core/slo/slo.ts';
import { percent, sloInWords } from './slo-words.ts';

/** What the dashboard says, in the Markdown of its text widgets. */

const order: readonly Health[] = ['healthy', 'watch', 'breaking', 'unmeasured'];

/** The rule of the colours, as the local page says it. */
export function ruleOfColours(): string {
  const rules = order.map((health) => {
    const { word, colour, rule } = healthRules[health];
    return `**${colour}**, ${word}: ${rule}`;
  });
  return `${rules.join(' · ')}. A category is as its worst SLO is, on the worst surface.`;
}

export function titleOf(category: Category): string {
  return `${category[0]?.toUpperCase()}${category.slice(1)}`;
}

/** Heading of a category's panel: its only headline in full, or those of several surfaces in a line each. */
export function panelInWords(category: Category, headlines: readonly HeadlineSlo[]): string {
  const [first, ...others] = headlines;
  const heading = `## ${titleOf(category)}`;
  if (first === undefined) return `${heading}\nNo objective is set for this category.`;
  if (others.length === 0)
    return `${heading}\n**${first.slo.title}** (${first.title}): ${sloInWords(first.slo)}.`;
  const lines = headlines.map(({ title, slo }) => `- ${title}: **${slo.title}**${wantedInWords(slo)}`);
  return [heading, ...lines].join('\n');
}

export interface HeadlineSlo {
  /** Of the surface. */
  readonly title: string;
  readonly slo: Slo;
}

/** `, wanted 95%`; nothing for a kind of change, which has no objective. */
export function wantedInWords({ objective }: Slo): string {
  return objective === null ? '' : `, wanted ${percent(objective)}`;
}

/** Every SLO of a category in full, with its runbook's section. */
export function sloListInWords(slos: readonly HeadlineSlo[]): string[] {
  return slos.map(
    ({ title, slo }) => `- ${title}, **${slo.title}**: ${sloInWords(slo)}. ${linkTo('Runbook', slo.runbook)}`,
  );
}

/** A link where there is an address on the web, else the place in words. */
export function linkTo(word: string, address: string): string {
  return /^https?:\/\//.test(address) ? `[${word}](${address})` : `${word}: ${address}`;
}

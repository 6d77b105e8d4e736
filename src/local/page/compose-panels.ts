import { largest } from '#core/extremes.ts';
import { type Category, categories } from '#core/names.ts';
import { type Health, healths, worstHealth } from '#core/slo/alarms/health.ts';
import { formatPercent } from '#core/slo/words/format.ts';
import type { AlarmView, Headline, PanelView, Proof, SloView } from './page-state.ts';

/** Under this name stand all surfaces together. */
export const allSurfaces = '*';

/** The four panels of each surface, and of all together. */
export function composePanels(slos: readonly SloView[]): Record<string, readonly PanelView[]> {
  const surfaces = [...new Set(slos.map(({ surface }) => surface))];
  return Object.fromEntries([
    [allSurfaces, composeFour(slos)],
    ...surfaces.map((surface) => [surface, composeFour(slos.filter((slo) => slo.surface === surface))]),
  ]);
}

function composeFour(slos: readonly SloView[]): PanelView[] {
  return categories.map((category) =>
    composePanel(
      category,
      slos.filter((slo) => slo.category === category),
    ),
  );
}

/** So many other troubled SLOs fit on a panel. */
const mostAlso = 3;

/**
 * A category is as its worst SLO is, whose number is shown: beside "breaking" stands what breaks. Of those as bad as each
 * other it is the headline's of the surface that is worst.
 */
function composePanel(category: Category, slos: readonly SloView[]): PanelView {
  const sorted = [...slos].sort(byTrouble);
  const worst = sorted[0];
  const shown =
    sorted.find(
      ({ surface, headline, health }) => surface === worst?.surface && headline && health === worst.health,
    ) ?? worst;
  return {
    category,
    health: worstHealth(slos.map((slo) => slo.health)),
    slo: shown?.name ?? null,
    also: sorted
      .filter((slo) => slo !== shown && (slo.health === 'breaking' || slo.health === 'watch'))
      .slice(0, mostAlso)
      .map(({ name }) => name),
  };
}

/** The worst first, then the nearest to an alarm; unmeasured ones last, headlines before the others. */
function byTrouble(a: SloView, b: SloView): number {
  return (
    healths.indexOf(a.health) - healths.indexOf(b.health) ||
    Number(b.headline) - Number(a.headline) ||
    highestPressure(b) - highestPressure(a)
  );
}

export function highestPressure({ reading }: SloView): number {
  return reading === null ? 0 : largest(Object.values(reading.pressure));
}

/** One sentence for somebody who has never seen the page, and one with the facts. */
export function composeHeadline(slos: readonly SloView[], alarms: readonly AlarmView[]): Headline {
  const health = worstHealth(slos.map((slo) => slo.health));
  const about = slos.filter((slo) => slo.health === health);
  const ownTrouble = alarms.filter(({ slo, state }) => slo === null && state === 'ALARM');
  const own =
    ownTrouble.length === 0
      ? ''
      : ` Assay itself needs a look: ${joinWords(ownTrouble.map(({ title }) => title))}.`;
  const shown = health === 'healthy' && ownTrouble.length > 0 ? 'watch' : health;
  return {
    health: shown,
    sentence: describeHeadline(shown, about, own !== '', slos),
    detail: `${describeFacts(slos, alarms)}${own}`,
    proof: findProof(slos, alarms),
  };
}

/** The most urgent alarm of an SLO: what the headline rests on. */
function findProof(slos: readonly SloView[], alarms: readonly AlarmView[]): Proof | null {
  const alarm = alarms.find(
    ({ slo, state, severity }) => slo !== null && severity !== null && state === 'ALARM',
  );
  const slo = slos.find(({ name }) => name === alarm?.slo);
  if (alarm === undefined || slo === undefined || alarm.severity === null) return null;
  const { name, title, surfaceTitle, owner, runbook } = slo;
  const { severity, since, reason } = alarm;
  return { slo: name, title, surfaceTitle, severity, since, reason, owner, runbook };
}

function describeHeadline(
  health: Health,
  about: readonly SloView[],
  assayItself: boolean,
  slos: readonly SloView[],
): string {
  const where = joinWords([...new Set(about.map(({ surfaceTitle }) => surfaceTitle))]);
  const what = joinWords(categories.filter((category) => about.some((slo) => slo.category === category)));
  switch (health) {
    case 'breaking':
      return `Breaking: ${what} on ${where}.`;
    case 'watch':
      return assayItself && about.every((slo) => slo.health === 'healthy')
        ? 'Watch: the objectives are met, but Assay itself has an alarm.'
        : `Watch: ${what} on ${where}.`;
    case 'healthy':
      return `Healthy: every objective that can be measured is met.${sayUnchecked(slos)}`;
    case 'unmeasured':
      return describeUnmeasured(slos);
  }
}

/** There may be numbers all the same: of a judge whom nobody has checked, or of too few events. */
function describeUnmeasured(slos: readonly SloView[]): string {
  const alone = slos
    .filter(isUnchecked)
    .flatMap(({ shown, objective, surfaceTitle }) =>
      shown?.value == null ? [] : [{ value: shown.value, objective, surfaceTitle }],
    )
    .toSorted((a, b) => a.value - b.value)[0];
  if (alone !== undefined) {
    const wanted = alone.objective === null ? '' : `, wanted ${formatPercent(alone.objective)}`;
    return `Nobody has checked the judge yet. By it alone ${formatPercent(alone.value)} of the answers on ${alone.surfaceTitle} are good${wanted}.`;
  }
  return slos.some(({ reading }) => (reading?.raw.total ?? 0) > 0)
    ? 'Too little has come yet to tell.'
    : 'No data yet: nothing has been measured.';
}

/** A judge's number that nobody has checked is no news, good or bad. */
function sayUnchecked(slos: readonly SloView[]): string {
  return slos.some(isUnchecked) ? ' Nobody has checked the judge yet.' : '';
}

function isUnchecked({ calibrationNeeded, reading }: SloView): boolean {
  return (
    calibrationNeeded && reading !== null && reading.raw.total > 0 && reading.calibration.state === 'missing'
  );
}

function describeFacts(slos: readonly SloView[], alarms: readonly AlarmView[]): string {
  const count = (health: Health) => slos.filter((slo) => slo.health === health).length;
  const firing = alarms.filter(({ slo, state }) => slo !== null && state === 'ALARM');
  const measured = slos.length - count('unmeasured');
  const parts = [
    measured === 0
      ? ''
      : `${count('healthy')} of ${measured} measured objectives ${count('healthy') === 1 ? 'is' : 'are'} healthy`,
    count('unmeasured') > 0 && measured > 0 ? `${count('unmeasured')} cannot be measured yet` : '',
  ].filter((part) => part !== '');
  const facts = parts.length === 0 ? '' : `${parts.join('; ')}. `;
  if (firing.length === 0) return facts.trim();
  const about = joinWords([...new Set(firing.map(({ title }) => title))]);
  return `${facts}${firing.length} ${firing.length === 1 ? 'alarm is' : 'alarms are'} firing: ${about}.`;
}

/** `latency, cost and quality`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

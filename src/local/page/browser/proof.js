import { drawChart } from './charts.js';
import { make, outsideLink, redraw } from './dom.js';
import { dataTable } from './tables.js';
import {
  capitalised,
  describeObjective,
  describeSince,
  formatCount,
  formatDuration,
  formatInstant,
  formatShare,
  formatValue,
  sloAddress,
} from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */
/** @typedef {import('../page-state.ts').SloView} SloView */
/** @typedef {import('../page-state.ts').WhyView} WhyView */

/**
 * What the headline rests on: the objective that breaks, its rate and line over the alarm's window, and the answers to what
 * is asked first: since when, how bad, is it us, who is on it.
 *
 * @param {HTMLElement} host
 * @param {PageState} state
 * @param {WhyView | null | undefined} why undefined while it is looked into
 */
export function drawProof(host, state, why) {
  const { proof } = state.headline;
  const slo = state.slos.find(({ name }) => name === proof?.slo);
  host.hidden = proof === null || slo === undefined;
  if (proof === null || slo === undefined) return;
  const known = why?.slo === slo.name ? why : why === null ? null : undefined;
  if (host.querySelector('#proof-words') === null)
    host.replaceChildren(
      make('div', { id: 'proof-words' }),
      make('figure', { id: 'proof-chart', class: 'proof-chart' }),
      make('div', { id: 'proof-changes' }),
    );
  const words = /** @type {HTMLElement} */ (host.querySelector('#proof-words'));
  const changes = /** @type {HTMLElement} */ (host.querySelector('#proof-changes'));
  redraw(words, [proof, slo.shown, known, Math.floor(state.clock / 60_000)], () => [
    make(
      'h2',
      { id: 'proof-title' },
      make('a', { href: sloAddress(slo.name), id: 'open-proof' }, capitalised(slo.title)),
      ` on ${slo.surfaceTitle}`,
    ),
    make('p', { class: 'proof-sentence' }, proof.reason.split('\n')[0] ?? ''),
    make(
      'dl',
      { class: 'questions' },
      answer('Since when', sinceWords(proof, known, state.clock)),
      answer('How bad', howBad(slo)),
      answer(
        'Is it us',
        known === undefined ? 'Being looked into…' : (known?.cause ?? 'Nothing that is stored tells.'),
      ),
      answer('Who is on it', proof.owner, make('span', {}, ' · ', outsideLink(proof.runbook, 'Runbook'))),
    ),
  ]);
  drawProofChart(host.querySelector('#proof-chart'), slo, proof, known);
  redraw(changes, known ?? null, () => changesOf(known, 3));
}

/** @param {string} question @param {...(Node | string)} said */
function answer(question, ...said) {
  return make('div', {}, make('dt', {}, `${question}?`), make('dd', {}, ...said));
}

/**
 * @param {import('../page-state.ts').Proof} proof
 * @param {WhyView | null | undefined} why
 * @param {number} clock
 */
function sinceWords({ since, severity }, why, clock) {
  const fired = since === null ? '' : `The ${severity} fired at ${describeSince(since, clock)}`;
  if (why?.beganAt == null) return fired === '' ? 'Not known.' : `${fired}.`;
  const began = `It began around ${formatInstant(why.beganAt).slice(11)}`;
  return fired === '' ? `${began}.` : `${began}. ${fired}.`;
}

/** @param {SloView} slo */
function howBad(slo) {
  const { shown, objective } = slo;
  if (shown === null || shown.value === null) return 'No data.';
  const wanted = objective === null ? '' : `; wanted ${describeObjective(objective)}`;
  const range =
    shown.calibrated === null
      ? ''
      : ` as people would count (between ${formatValue(shown.calibrated.lower, slo)} and ${formatValue(shown.calibrated.upper, slo)})`;
  const good = slo.unit === 'share' && objective !== null ? ' good' : '';
  return `${formatValue(shown.value, slo)}${good} over ${formatDuration(shown.window)}${range}${wanted}.`;
}

/**
 * @param {HTMLElement | null} figure
 * @param {SloView} slo
 * @param {import('../page-state.ts').Proof} proof
 * @param {WhyView | null | undefined} why
 */
function drawProofChart(figure, slo, proof, why) {
  if (figure === null) return;
  const line = why?.line;
  figure.hidden = line === undefined;
  if (line === undefined) return;
  const marks = [
    ...(why?.near ?? []).filter(({ kind }) => kind === 'release').map(({ at }) => ({ at, text: 'release' })),
    ...(proof.since === null ? [] : [{ at: proof.since, text: `${proof.severity} fired` }]),
  ];
  const last = line.values.findLast((value) => value !== null) ?? null;
  const { objective } = slo;
  drawChart(figure, {
    times: line.times,
    lines: [
      {
        label: `share of good ones over ${formatDuration(line.window)}`,
        values: line.values,
        colour: '--line',
      },
    ],
    threshold:
      objective === null
        ? null
        : { value: objective, text: `wanted ${describeObjective(objective)}`, bad: 'below' },
    marks: marks.toSorted((a, b) => a.at - b.at),
    format: (value) => formatValue(value, slo),
    bounds: { floor: 0, ceiling: 1, least: 0.06 },
    height: 190,
    summary: `${capitalised(slo.title)} over ${formatDuration(line.window)}: ${last === null ? 'no data' : formatValue(last, slo)} now.`,
  });
}

/**
 * What changed near the start, the nearest first.
 *
 * @param {WhyView | null | undefined} why
 * @param {number} most
 */
function changesOf(why, most) {
  if (why == null || why.near.length === 0) return [];
  return [
    make('h3', {}, 'What changed then'),
    make(
      'ul',
      { class: 'near' },
      why.near
        .slice(0, most)
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, text }) => make('li', {}, make('b', {}, formatInstant(at)), ` ${text}`)),
    ),
  ];
}

/** The same for one objective, with the tables of what carries it. @param {HTMLElement} host @param {WhyView | null} why */
export function drawWhy(host, why) {
  redraw(host, why, () => [
    make('h2', { id: 'why-title' }, 'When it began, and what carries it'),
    ...(why === null
      ? [make('p', { class: 'quiet' }, 'Nothing that can be looked into is stored of this objective.')]
      : [
          make('p', { class: 'reason' }, why.headline),
          make('p', {}, make('b', {}, 'Is it us? '), why.cause),
          ...changesOf(why, 6),
          ...why.dimensions.flatMap(dimensionParts),
        ]),
  ]);
}

/** @param {WhyView['dimensions'][number]} dimension */
function dimensionParts({ dimension, finding, slices }) {
  return [
    make('h3', {}, `By ${dimension}`),
    make('p', { class: 'quiet' }, capitalised(finding)),
    slices.length > 1 &&
      dataTable(
        `By ${dimension}`,
        [capitalised(dimension), 'Good before', 'Good since', 'Of the excess failures'],
        slices.map(({ name, before, since, share, standsOut }) => [
          standsOut ? make('b', {}, name) : name,
          goodWords(before),
          goodWords(since),
          share === null ? '–' : formatShare(share),
        ]),
      ),
  ];
}

/** @param {{ good: number, total: number }} counts */
function goodWords({ good, total }) {
  return total === 0 ? 'none' : `${formatShare(good / total)} of ${formatCount(total)}`;
}

import { formatLine } from './chart-words.js';
import { drawChart } from './charts.js';
import { healthChip, make, redraw } from './dom.js';
import {
  capitalised,
  currentValue,
  describeObjective,
  describeWeekChange,
  describeWindow,
  formatBurn,
  formatDuration,
  formatShare,
  formatValue,
  healthWords,
  sloAddress,
} from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */
/** @typedef {import('../page-state.ts').PanelView} PanelView */
/** @typedef {import('../page-state.ts').SeriesView} SeriesView */
/** @typedef {import('../page-state.ts').SloView} SloView */

/**
 * The four panels. Their charts stay where they are; what stands around them is drawn anew when it has changed.
 *
 * @param {HTMLElement} host
 * @param {PageState} state
 * @param {string} surface
 */
export function drawPanels(host, state, surface) {
  const panels = state.panels[surface] ?? [];
  if (host.childElementCount !== panels.length) {
    host.replaceChildren(
      ...panels.map(({ category }) =>
        make(
          'article',
          { class: 'panel', id: `panel-${category}`, 'aria-labelledby': `panel-${category}-title` },
          make('div', { class: 'panel-head' }),
          make('figure', { class: 'panel-chart', id: `chart-${category}` }),
          make('div', { class: 'panel-foot' }),
        ),
      ),
    );
  }
  for (const [index, panel] of panels.entries()) {
    const article = host.children[index];
    const head = article?.querySelector('.panel-head');
    const foot = article?.querySelector('.panel-foot');
    if (!(article instanceof HTMLElement) || !head || !foot) continue;
    article.dataset.health = panel.health;
    const slo = state.slos.find(({ name }) => name === panel.slo);
    const also = state.slos.filter(({ name }) => panel.also.includes(name));
    const several = surface === '*' && state.surfaces.length > 1;
    redraw(head, [panel, slo, several], () => headOf(panel, slo, several));
    redraw(foot, [slo, also], () => footOf(panel, slo, also));
  }
}

/**
 * @param {PanelView} panel
 * @param {SloView | undefined} slo
 */
function chipWord(panel, slo) {
  if (slo === undefined) return 'No objective';
  return slo.health === panel.health ? slo.healthWord : healthWords[panel.health];
}

/**
 * @param {PanelView} panel
 * @param {SloView | undefined} slo
 * @param {boolean} several
 */
function headOf(panel, slo, several) {
  const title = make(
    'div',
    { class: 'panel-title' },
    make('h3', { id: `panel-${panel.category}-title` }, capitalised(panel.category)),
    healthChip(panel.health, chipWord(panel, slo)),
  );
  if (slo === undefined)
    return [
      title,
      make(
        'p',
        { class: 'quiet' },
        'No objective is set for this category. Switch one on in slos/: in the file of the surface, or in default.yaml for those without one (docs/objectives.md).',
      ),
    ];
  const value = currentValue(slo);
  return [
    title,
    make(
      'p',
      { class: 'panel-slo' },
      make('a', { href: sloAddress(slo.name), id: `open-${panel.category}` }, capitalised(slo.title)),
      several && make('span', { class: 'quiet' }, slo.surfaceTitle),
    ),
    make(
      'p',
      { class: 'panel-value' },
      make('strong', {}, value === null ? 'no data' : formatValue(value, slo)),
      slo.objective !== null && make('span', {}, ` wanted ${describeObjective(slo.objective)}`),
    ),
    make(
      'p',
      { class: 'quiet panel-change' },
      describeWeekChange(slo),
      make('span', {}, ` · ${describeWindow(slo)}`),
    ),
  ];
}

/** @param {PanelView} panel @param {SloView | undefined} slo @param {readonly SloView[]} also */
function footOf({ category }, slo, also) {
  const left = slo?.reading?.budgetLeft ?? null;
  return [
    left !== null && budgetBar(left, slo?.reading?.burn ?? null),
    ...also.map((other) =>
      make(
        'p',
        { class: 'also' },
        make('b', {}, `Also ${healthWords[other.health].toLowerCase()}: `),
        otherSlo(`also-${category}`, other, slo),
      ),
    ),
  ];
}

/** Another SLO of the category with its number. @param {string} id @param {SloView} other @param {SloView | undefined} slo */
function otherSlo(id, other, slo) {
  const value = currentValue(other);
  return make(
    'span',
    {},
    make('a', { href: sloAddress(other.name), id: `${id}-${other.name}` }, other.title),
    other.surface === slo?.surface ? '' : ` on ${other.surfaceTitle}`,
    value === null ? '' : ` ${formatValue(value, other)}`,
    value !== null &&
      other.objective !== null &&
      make('span', { class: 'wanted' }, `, wanted ${describeObjective(other.objective)}`),
  );
}

/**
 * @param {number} left
 * @param {number | null} burn
 */
export function budgetBar(left, burn) {
  const share = Math.max(0, Math.min(1, left));
  const words = left <= 0 ? `overspent by ${formatShare(-left)}` : `${formatShare(left)} left`;
  const bar = make(
    'span',
    { class: left <= 0 ? 'bar spent' : 'bar', 'aria-hidden': 'true' },
    make('span', { class: 'fill' }),
  );
  const fill = bar.firstElementChild;
  if (fill instanceof HTMLElement) fill.style.width = `${share * 100}%`;
  return make(
    'div',
    { class: 'budget' },
    make('p', {}, 'Error budget ', make('b', {}, words)),
    bar,
    burn !== null &&
      make(
        'p',
        { class: 'quiet' },
        burn < 0.05 ? 'Hardly burning' : `Burns at ${formatBurn(burn)} its even rate`,
      ),
  );
}

/**
 * The lines of the panels.
 *
 * @param {PageState} state
 * @param {string} surface
 * @param {readonly SeriesView[]} series
 */
export function drawPanelCharts(state, surface, series) {
  for (const { category, slo: name } of state.panels[surface] ?? []) {
    const figure = document.getElementById(`chart-${category}`);
    const line = series.find(({ slo }) => slo === name);
    const slo = state.slos.find((each) => each.name === name);
    if (figure === null) continue;
    figure.hidden = line === undefined || slo === undefined;
    if (line === undefined || slo === undefined) continue;
    const compact = matchMedia('(max-width: 560px)').matches;
    const chart = sloChart(slo, line);
    const marks = compact ? [] : withFired(line, firedMarks(state, slo.name));
    drawChart(figure, { ...chart, marks, compact, height: compact ? 64 : 128 });
  }
}

/** When the alarms of an objective that are on fired. @param {PageState} state @param {string} name */
export function firedMarks({ alarms }, name) {
  return alarms
    .filter(({ slo, state }) => slo === name && state === 'ALARM')
    .flatMap(({ since, severity }) =>
      since === null ? [] : [{ at: since, text: `${severity ?? 'alarm'} fired` }],
    );
}

/** @param {SeriesView} series @param {readonly { at: number, text: string }[]} fired */
export function withFired({ marks }, fired) {
  return [...marks, ...fired].toSorted((a, b) => a.at - b.at);
}

/**
 * The SLI's line with its objective.
 *
 * @param {SloView} slo
 * @param {SeriesView} series
 * @returns {import('./charts.js').ChartSpec}
 */
export function sloChart(slo, series) {
  const format = (/** @type {number} */ value) => formatValue(value, slo);
  const share = slo.unit === 'share';
  const against = slo.objective === null ? '' : `Wanted: ${describeObjective(slo.objective)} or more.`;
  const calibrated = series.lower.some((value) => value !== null);
  return {
    times: series.times,
    lines: calibrated
      ? [
          { label: 'lowest to highest likely', values: series.lower, colour: '--band-edge', faint: true },
          {
            label: 'highest likely',
            values: series.upper,
            colour: '--band-edge',
            faint: true,
            unnamed: true,
          },
          { label: 'judge alone', values: series.raw, colour: '--raw', faint: true },
          {
            label: 'corrected by people',
            values: series.sli.map((value, index) => (series.lower[index] === null ? null : value)),
            colour: '--line',
          },
        ]
      : [
          {
            label: `${slo.title} over ${formatDuration(slo.window)}`,
            values: series.sli,
            colour: '--line',
          },
        ],
    ...(calibrated && { band: /** @type {const} */ ([0, 1]) }),
    threshold:
      slo.objective === null
        ? null
        : { value: slo.objective, text: `wanted ${describeObjective(slo.objective)}`, bad: 'below' },
    marks: series.marks,
    format,
    bounds: share
      ? { floor: 0, ceiling: 1, least: slo.objective !== null && slo.objective > 0.99 ? 0.004 : 0.06 }
      : { floor: 0, ceiling: Number.POSITIVE_INFINITY, least: 1e-6 },
    height: 260,
    summary: formatLine(capitalised(slo.title), series.times, series.sli, format, against),
  };
}

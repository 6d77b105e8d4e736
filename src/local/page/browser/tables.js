import { healthChip, make, redraw } from './dom.js';
import {
  capitalised,
  currentValue,
  describeObjective,
  describeWindow,
  formatBurn,
  formatCount,
  formatDuration,
  formatInstant,
  formatShare,
  formatValue,
  sloAddress,
} from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */
/** @typedef {import('../page-state.ts').SloView} SloView */

/**
 * Every objective.
 *
 * @param {HTMLElement} host
 * @param {PageState} state
 * @param {string} surface
 */
export function drawSlos(host, { slos }, surface) {
  const shown = slos.filter((slo) => surface === '*' || slo.surface === surface);
  redraw(host, shown, () => [
    make('h2', { id: 'slos-title' }, 'Objectives'),
    dataTable(
      'All objectives',
      ['Objective', 'State', 'Now', 'Wanted', 'Of', 'Budget left', 'Burn', 'Nearest alarm'],
      shown.map(sloCells),
    ),
  ]);
}

/**
 * A table whose rows become cards where there is no room for columns. The first cell of a row names it.
 *
 * @param {string} label what it holds, for those who hear it
 * @param {readonly string[]} names of its columns
 * @param {readonly (readonly (Node | string)[])[]} rows
 */
export function dataTable(label, names, rows) {
  return make(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    make(
      'table',
      { class: 'fold-rows', role: 'table' },
      headRow(names),
      make(
        'tbody',
        { role: 'rowgroup' },
        rows.map(([first = '', ...cells]) =>
          make(
            'tr',
            { role: 'row' },
            make('th', { scope: 'row', role: 'rowheader' }, first),
            cells.map((cell, index) =>
              make('td', { role: 'cell', 'data-label': names[index + 1] ?? '' }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What the heads of columns mean, a hover away; the glossary has them all. @type {Record<string, string>} */
const meanings = {
  'Budget left': 'What may still go wrong in the window, of all that the objective allows.',
  Burn: 'How fast the budget is used: at 1× it lasts just as long as the window.',
  'Nearest alarm': 'How much of what fires it is reached; it fires at 100%.',
  Kappa:
    'Agreement of judge and people beyond chance: 1 is perfect, 0 is chance; a far miss counts more than a near one (quadratic weights).',
  'Good passed': 'Of what people call good, how much the judge passes.',
  'Bad caught': 'Of what people call bad, how much the judge fails.',
  'Of the excess failures': 'Of the failures beyond those of before, how many come from here.',
};

/** @param {readonly string[]} names */
export function headRow(names) {
  return make(
    'thead',
    {},
    make(
      'tr',
      {},
      names.map((name) =>
        make('th', { scope: 'col' }, name in meanings ? make('abbr', { title: meanings[name] }, name) : name),
      ),
    ),
  );
}

/** @param {SloView} slo @returns {(Node | string)[]} */
function sloCells(slo) {
  const { reading } = slo;
  const value = currentValue(slo);
  return [
    make(
      'span',
      {},
      make('a', { href: sloAddress(slo.name), id: `row-${slo.name}` }, capitalised(slo.title)),
      make('span', { class: 'quiet' }, `${slo.surfaceTitle} · ${slo.category}`),
    ),
    healthChip(slo.health, slo.healthWord),
    make(
      'span',
      { class: 'number' },
      value === null ? 'no data' : formatValue(value, slo),
      slo.shown?.alarm !== undefined && make('span', { class: 'quiet words' }, describeWindow(slo)),
      value !== null &&
        uncheckedWords(slo) !== '' &&
        make('span', { class: 'quiet words' }, uncheckedWords(slo)),
    ),
    make(
      'span',
      { class: 'number' },
      slo.objective === null ? 'no change' : describeObjective(slo.objective),
    ),
    make(
      'span',
      { class: 'number' },
      formatCount(reading?.raw.total ?? 0),
      make('span', { class: 'quiet' }, `in ${formatDuration(slo.window)}`),
    ),
    make('span', { class: 'number' }, reading?.budgetLeft == null ? '–' : budgetWords(reading.budgetLeft)),
    make('span', { class: 'number' }, reading?.burn == null ? '–' : formatBurn(reading.burn)),
    nearestAlarm(slo),
  ];
}

/** @param {number} left */
function budgetWords(left) {
  return left < 0 ? `overspent by ${formatShare(-left)}` : formatShare(left);
}

/** Of a judge's number that people do not correct; empty where they do, or no judge is involved. @param {SloView} slo */
export function uncheckedWords({ calibrationNeeded, reading }) {
  if (!calibrationNeeded || reading === null || reading.calibration.state === 'valid') return '';
  return reading.calibration.state === 'missing'
    ? 'nobody has checked the judge yet'
    : 'by the judge alone: its check does not hold now';
}

/** @param {SloView} slo */
function nearestAlarm({ reading, severities }) {
  if (reading === null || severities.length === 0) return '–';
  const nearest = severities.reduce((best, severity) =>
    reading.pressure[severity] > reading.pressure[best] ? severity : best,
  );
  if (reading.firing[nearest]) return `${nearest} fires`;
  const pressure = reading.pressure[nearest];
  return pressure < 0.01 ? 'none near' : `${nearest}, at ${formatShare(pressure)} of firing`;
}

/** @param {HTMLElement} host @param {PageState} state */
export function drawCalibration(host, { slos, calibrations, shadows, judge }) {
  const judged = slos.filter(
    ({ calibrationNeeded, reading }) => calibrationNeeded && reading !== null && reading.raw.total > 0,
  );
  redraw(
    host,
    [judged.map(({ name, reading }) => [name, reading?.calibration]), calibrations, shadows, judge],
    () => [
      make('h2', { id: 'calibration-title' }, 'Is the judge right?'),
      make(
        'p',
        { class: 'quiet' },
        'People rate some of what the judge scored. Only a judge that they have checked may wake anybody.',
      ),
      judged.length === 0 && calibrations.length === 0 && make('p', {}, 'Nothing has been judged yet.'),
      make(
        'dl',
        { class: 'facts' },
        judged.flatMap(({ title, surfaceTitle, reading }) => [
          make('dt', {}, `${capitalised(title)} on ${surfaceTitle}`),
          make(
            'dd',
            {},
            make('b', {}, calibrationWords[reading?.calibration.state ?? 'missing']),
            ` ${capitalised(reading?.calibration.reason ?? '')}`,
          ),
        ]),
      ),
      calibrations.length > 0 &&
        dataTable(
          'Calibrations',
          ['Judge', 'State', 'Ratings', 'Kappa', 'Good passed', 'Bad caught'],
          calibrations.map((each) => [
            make(
              'span',
              {},
              each.judge,
              make('span', { class: 'quiet' }, `${each.surface} · ${each.rubric}`),
            ),
            make(
              'span',
              {},
              each.state,
              make('span', { class: 'quiet' }, formatInstant(each.madeAt).slice(0, 10)),
            ),
            formatCount(each.ratings),
            each.kappa === null ? '–' : each.kappa.toFixed(2),
            each.sensitivity === null ? '–' : formatShare(each.sensitivity),
            each.specificity === null ? '–' : formatShare(each.specificity),
          ]),
        ),
      shadows.length > 0 &&
        make(
          'dl',
          { class: 'facts' },
          shadows.flatMap(({ surface, from, to, active, shadow }) => [
            make('dt', {}, `${shadow.rubric}, a shadow on ${surface}`),
            make(
              'dd',
              {},
              from === to
                ? 'has judged nothing yet'
                : `${standingWords(shadow)}; beside it ${standingWords(active)}, since ${formatInstant(from)}`,
            ),
          ]),
        ),
    ],
  );
}

/** @param {PageState['shadows'][number]['active']} standing */
function standingWords({ rubric, model, judged, passRate, calibration, weightedKappa }) {
  const passes =
    passRate === null ? 'no verdict' : `passes ${formatShare(passRate)} of ${formatCount(judged)}`;
  const kappa = weightedKappa === null ? '' : `, kappa with people ${weightedKappa.toFixed(2)}`;
  const rated = calibration === null ? 'not rated' : `calibration ${calibration.state}${kappa}`;
  return `${rubric} by ${model} ${passes} (${rated})`;
}

/** @type {Record<string, string>} */
export const calibrationWords = {
  missing: 'Not checked yet.',
  valid: 'Checked.',
  stale: 'Checked too long ago.',
  invalid: 'No longer valid.',
  none: 'Needs no check.',
};

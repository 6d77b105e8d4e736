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
  healthWords,
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
    make(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All objectives' },
      make(
        'table',
        { class: 'slos' },
        headRow(['Objective', 'State', 'Now', 'Wanted', 'Of', 'Budget left', 'Burn', 'Nearest alarm']),
        make('tbody', {}, shown.map(sloRow)),
      ),
    ),
  ]);
}

/** @param {readonly string[]} names */
export function headRow(names) {
  return make(
    'thead',
    {},
    make(
      'tr',
      {},
      names.map((name) => make('th', { scope: 'col' }, name)),
    ),
  );
}

/** @param {SloView} slo */
function sloRow(slo) {
  const { reading } = slo;
  const value = currentValue(slo);
  const uncalibrated = slo.calibrationNeeded && reading !== null && reading.calibration.state !== 'valid';
  return make(
    'tr',
    {},
    make(
      'th',
      { scope: 'row' },
      make('a', { href: sloAddress(slo.name), id: `row-${slo.name}` }, capitalised(slo.title)),
      make('span', { class: 'quiet' }, `${slo.surfaceTitle} · ${slo.category}`),
    ),
    make('td', {}, healthChip(slo.health, healthWords[slo.health])),
    make(
      'td',
      { class: 'number' },
      value === null ? 'no data' : formatValue(value, slo),
      slo.shown?.alarm !== undefined && make('span', { class: 'quiet' }, describeWindow(slo)),
      uncalibrated && value !== null && make('span', { class: 'quiet' }, 'uncalibrated'),
    ),
    make('td', { class: 'number' }, slo.objective === null ? 'no change' : describeObjective(slo.objective)),
    make(
      'td',
      { class: 'number' },
      formatCount(reading?.raw.total ?? 0),
      make('span', { class: 'quiet' }, `in ${formatDuration(slo.window)}`),
    ),
    make('td', { class: 'number' }, reading?.budgetLeft == null ? '–' : formatShare(reading.budgetLeft)),
    make('td', { class: 'number' }, reading?.burn == null ? '–' : formatBurn(reading.burn)),
    make('td', {}, nearestAlarm(slo)),
  );
}

/** @param {SloView} slo */
function nearestAlarm({ reading, severities }) {
  if (reading === null || severities.length === 0) return '–';
  const nearest = severities.reduce((best, severity) =>
    reading.pressure[severity] > reading.pressure[best] ? severity : best,
  );
  const pressure = reading.pressure[nearest];
  return pressure < 0.01 ? 'none near' : `${nearest} at ${formatShare(pressure)}`;
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
        make(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Calibrations' },
          make(
            'table',
            {},
            headRow(['Judge', 'State', 'Ratings', 'Kappa', 'Good passed', 'Bad caught']),
            make(
              'tbody',
              {},
              calibrations.map((each) =>
                make(
                  'tr',
                  {},
                  make(
                    'th',
                    { scope: 'row' },
                    each.judge,
                    make('span', { class: 'quiet' }, `${each.surface} · ${each.rubric}`),
                  ),
                  make(
                    'td',
                    {},
                    each.state,
                    make('span', { class: 'quiet' }, formatInstant(each.madeAt).slice(0, 10)),
                  ),
                  make('td', { class: 'number' }, formatCount(each.ratings)),
                  make('td', { class: 'number' }, each.kappa === null ? '–' : each.kappa.toFixed(2)),
                  make(
                    'td',
                    { class: 'number' },
                    each.sensitivity === null ? '–' : formatShare(each.sensitivity),
                  ),
                  make(
                    'td',
                    { class: 'number' },
                    each.specificity === null ? '–' : formatShare(each.specificity),
                  ),
                ),
              ),
            ),
          ),
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

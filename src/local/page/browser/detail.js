import { alarmWord } from './alarms.js';
import { healthChip, make, outsideLink, reasonLines, redraw } from './dom.js';
import { budgetBar } from './panels.js';
import { calibrationWords } from './tables.js';
import {
  capitalised,
  currentValue,
  describeObjective,
  describeSince,
  describeWeekChange,
  describeWindow,
  formatBurn,
  formatCount,
  formatDuration,
  formatInstant,
  formatValue,
} from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */
/** @typedef {import('../page-state.ts').SeriesView} SeriesView */
/** @typedef {import('../page-state.ts').SloView} SloView */

/** One objective: what it is, its alarms, its lines, its worst verdicts. @param {HTMLElement} host @param {SloView} slo */
export function openDetail(host, slo) {
  host.replaceChildren(
    make('p', {}, make('a', { href: '#/', class: 'back', id: 'back' }, 'Back to the overview')),
    make('div', { id: 'slo-head' }),
    make('section', { id: 'slo-alarms', 'aria-labelledby': 'slo-alarms-title' }),
    make(
      'section',
      { 'aria-labelledby': 'lines-title' },
      make('h2', { id: 'lines-title' }, 'How it went'),
      lengthChoice(),
      make(
        'div',
        { class: 'charts' },
        make(
          'div',
          { class: 'card wide' },
          make('h3', {}, 'Good share of responses'),
          make('figure', { id: 'line-sli' }),
        ),
        make(
          'div',
          { class: 'card' },
          make('h3', {}, 'Burn rate'),
          make('p', { class: 'quiet' }, 'Over 1 the budget does not last.'),
          make('figure', { id: 'line-burn' }),
        ),
        make(
          'div',
          { class: 'card' },
          make('h3', {}, 'Pressure of each alarm'),
          make('p', { class: 'quiet' }, 'An alarm fires at 1.'),
          make('figure', { id: 'line-pressure' }),
        ),
      ),
      make(
        'details',
        { id: 'points', class: 'fold' },
        make('summary', { id: 'points-summary' }, 'The lines as a table'),
        make('div', { id: 'points-table' }),
      ),
    ),
    make('section', { id: 'slo-why', 'aria-labelledby': 'why-title' }),
    make(
      'section',
      { id: 'verdicts', 'aria-labelledby': 'verdicts-title' },
      make('h2', { id: 'verdicts-title' }, 'Worst verdicts'),
      make('div', { id: 'verdict-list' }, 'Reading…'),
    ),
  );
  if (slo.unit !== 'share' || slo.objective === null) {
    const title = host.querySelector('.charts h3');
    if (title !== null) title.textContent = capitalised(slo.title);
  }
}

/** How long the lines are, in days. @type {readonly (readonly [number, string])[]} */
export const lengths = [
  [1, 'Last 24 hours'],
  [7, '7 days'],
  [30, '30 days'],
];

function lengthChoice() {
  return make(
    'fieldset',
    { class: 'lengths', id: 'lengths' },
    make('legend', { class: 'visually-hidden' }, 'How far back'),
    lengths.map(([days, text]) =>
      make(
        'label',
        {},
        make('input', { type: 'radio', name: 'days', value: days, checked: days === lengths[0]?.[0] }),
        make('span', {}, text),
      ),
    ),
  );
}

/** @param {PageState} state @param {SloView} slo */
export function drawDetail(state, slo) {
  const head = document.getElementById('slo-head');
  const alarms = document.getElementById('slo-alarms');
  if (head === null || alarms === null) return;
  redraw(head, slo, () => headOf(slo));
  const own = state.alarms.filter((alarm) => alarm.slo === slo.name);
  redraw(alarms, [own, Math.floor(state.clock / 60_000)], () => [
    make('h2', { id: 'slo-alarms-title' }, 'Its alarms'),
    own.length === 0
      ? make('p', { class: 'quiet' }, 'It raises none: it is there to be seen.')
      : make(
          'ul',
          { class: 'own-alarms' },
          own.map((alarm) =>
            make(
              'li',
              { class: alarm.state === 'ALARM' ? `alarm ${alarm.severity ?? ''}` : 'alarm-quiet' },
              make(
                'p',
                {},
                make(
                  'span',
                  { class: `severity ${alarm.state === 'ALARM' ? (alarm.severity ?? '') : 'off'}` },
                  capitalised(alarm.severity ?? 'alarm'),
                ),
                make('b', {}, ` ${alarmWord(alarm)} `),
                alarm.since !== null &&
                  alarm.maskedBy === null &&
                  make('span', { class: 'quiet' }, `since ${describeSince(alarm.since, state.clock)}`),
              ),
              make(
                'details',
                { id: `about-${alarm.name}` },
                make('summary', { id: `about-${alarm.name}-summary` }, 'What it means and the first step'),
                make('p', {}, alarm.description),
                alarm.runbook !== null && make('p', {}, outsideLink(alarm.runbook, 'Runbook')),
              ),
            ),
          ),
        ),
  ]);
}

/** @param {SloView} slo */
function headOf(slo) {
  const { reading } = slo;
  const value = currentValue(slo);
  return [
    make('p', { class: 'quiet crumb' }, `${slo.surfaceTitle} · ${slo.category} · owner ${slo.owner}`),
    make('h1', { id: 'slo-title', tabindex: -1 }, capitalised(slo.title)),
    make(
      'p',
      { class: 'slo-state' },
      healthChip(slo.health, slo.healthWord),
      make('span', {}, ` ${capitalised(slo.measures)}.`),
    ),
    ...(reading === null ? [] : reasonLines(reading.reason)),
    make(
      'dl',
      { class: 'numbers' },
      number('Now', value === null ? 'no data' : formatValue(value, slo), nowWords(slo)),
      number(
        'Wanted',
        slo.objective === null ? 'no change' : describeObjective(slo.objective),
        slo.objective === null ? capitalised(slo.measures) : `over ${formatDuration(slo.window)}`,
      ),
      number(
        'Last week',
        reading?.weekBefore == null ? 'no data' : formatValue(reading.weekBefore, slo),
        `${describeWeekChange(slo)}${reading?.calibrated == null ? '' : ', by the judge alone'}`,
      ),
      number(
        'Burn',
        reading?.burn == null ? '–' : formatBurn(reading.burn),
        reading?.budgetSpentAt == null
          ? 'of the even rate'
          : `budget spent by ${formatInstant(reading.budgetSpentAt)}`,
      ),
    ),
    reading?.budgetLeft != null && budgetBar(reading.budgetLeft, null),
    slo.calibrationNeeded &&
      reading !== null &&
      make(
        'p',
        { class: 'quiet' },
        make('b', {}, `Judge: ${calibrationWords[reading.calibration.state] ?? ''}`),
        ` ${capitalised(reading.calibration.reason)}.`,
      ),
    reading?.worst != null &&
      make('p', { class: 'quiet' }, make('b', {}, 'Worst part. '), reading.worst.reason.split('\n')[0] ?? ''),
  ];
}

/** @param {SloView} slo */
function nowWords(slo) {
  if (slo.shown === null) return 'before the first evaluation';
  const { good, total, calibrated } = slo.shown;
  // A change has no good ones: it is held against its own past.
  if (slo.objective === null)
    return `of ${formatCount(total)} answers ${describeWindow(slo)}${slo.reading?.measured === false ? '; not enough days before to compare with' : ''}`;
  const of = `${formatCount(good)} of ${formatCount(total)} good ${describeWindow(slo)}`;
  if (calibrated === null) return of;
  return `people: ${formatValue(calibrated.lower, slo)} to ${formatValue(calibrated.upper, slo)}; judge: ${total === 0 ? '–' : formatValue(good / total, slo)} (${of})`;
}

/** @param {string} name @param {string} value @param {string} words */
function number(name, value, words) {
  return make(
    'div',
    {},
    make('dt', {}, name),
    make('dd', {}, make('b', {}, value), make('span', { class: 'quiet' }, words)),
  );
}

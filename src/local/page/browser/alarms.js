import { make, outsideLink, reasonLines, redraw } from './dom.js';
import { dataTable } from './tables.js';
import { capitalised, describeSince, sloAddress } from './words.js';

/** @typedef {import('../page-state.ts').AlarmView} AlarmView */
/** @typedef {import('../page-state.ts').PageState} PageState */

/**
 * Firing alarms as a list to act on, quiet ones folded away.
 *
 * @param {HTMLElement} host
 * @param {PageState} state
 */
export function drawAlarms(host, { alarms, clock }) {
  const firing = alarms.filter(({ state }) => state === 'ALARM');
  const quiet = alarms.filter(({ state }) => state !== 'ALARM');
  const masked = quiet.filter(({ maskedBy }) => maskedBy !== null).length;
  redraw(
    host,
    [firing, quiet.map(({ name, state, maskedBy }) => [name, state, maskedBy]), Math.floor(clock / 60_000)],
    () => [
      make('h2', { id: 'alarms-title' }, 'Alarms'),
      firing.length === 0
        ? make('p', { class: 'calm' }, `None of ${alarms.length} alarms is firing.`)
        : make(
            'ol',
            { class: 'alarms' },
            firing.map((alarm) => firingItem(alarm, clock)),
          ),
      quiet.length > 0 && firing.length > 0
        ? make('p', { class: 'quiet' }, describeQuiet(quiet.length - masked, masked))
        : null,
      quiet.length > 0 &&
        make(
          'details',
          { id: 'quiet-alarms', class: 'fold' },
          make(
            'summary',
            { id: 'quiet-alarms-summary' },
            `Show ${quiet.length === 1 ? 'the alarm that does' : `the ${quiet.length} alarms that do`} not fire`,
          ),
          quietTable(quiet, clock),
        ),
    ],
  );
}

/** @param {number} quiet @param {number} masked */
function describeQuiet(quiet, masked) {
  const calm = `${quiet} other ${quiet === 1 ? 'alarm is' : 'alarms are'} quiet`;
  if (masked === 0) return `${calm}.`;
  return `${calm}; ${masked} ${masked === 1 ? 'is' : 'are'} masked by a more severe one of the same objective.`;
}

/** @param {AlarmView} alarm @param {number} clock */
function firingItem(alarm, clock) {
  const { slo } = alarm;
  return make(
    'li',
    { class: `alarm ${alarm.severity ?? 'ticket'}` },
    make(
      'div',
      { class: 'alarm-head' },
      make(
        'span',
        { class: `severity ${alarm.severity ?? 'ticket'}` },
        capitalised(alarm.severity ?? 'alarm'),
      ),
      make('h3', {}, capitalised(alarm.title)),
      make('span', { class: 'quiet' }, alarm.surfaceTitle ?? 'Assay itself'),
      alarm.since !== null &&
        make('span', { class: 'quiet since' }, `since ${describeSince(alarm.since, clock)}`),
    ),
    reasonLines(alarm.reason),
    make(
      'p',
      { class: 'alarm-links' },
      slo !== null &&
        make(
          'a',
          { href: sloAddress(slo), id: `go-${alarm.name}`, class: 'button' },
          'See the objective and its worst verdicts',
          make('span', { class: 'visually-hidden' }, ` of ${alarm.title}, ${alarm.surfaceTitle ?? ''}`),
        ),
      alarm.runbook !== null && outsideLink(alarm.runbook, 'Runbook'),
      make('span', { class: 'quiet' }, alarm.owner === null ? '' : `Owner: ${alarm.owner}`),
    ),
  );
}

/** @param {readonly AlarmView[]} alarms @param {number} clock */
function quietTable(alarms, clock) {
  return dataTable(
    'Alarms that do not fire',
    ['Alarm', 'Of', 'Severity', 'State', 'Since'],
    alarms.map((alarm) => [
      alarm.slo === null
        ? alarm.runbook === null
          ? capitalised(alarm.title)
          : outsideLink(alarm.runbook, capitalised(alarm.title))
        : make('a', { href: sloAddress(alarm.slo), id: `quiet-${alarm.name}` }, capitalised(alarm.title)),
      alarm.surfaceTitle ?? 'Assay itself',
      alarm.severity ?? '',
      alarmWord(alarm),
      alarm.since === null ? '' : describeSince(alarm.since, clock),
    ]),
  );
}

/** What an alarm that does not fire is: masked is not quiet. @param {AlarmView} alarm */
export function alarmWord({ state, maskedBy }) {
  if (state === 'ALARM') return 'firing';
  if (maskedBy !== null) return `masked by the ${maskedBy}`;
  return state === 'OK' ? 'quiet' : 'no data';
}

/**
 * What has changed between two states, for those who hear the page.
 *
 * @param {readonly AlarmView[]} before
 * @param {readonly AlarmView[]} after
 */
export function describeAlarmChanges(before, after) {
  const was = new Set(before.filter(({ state }) => state === 'ALARM').map(({ name }) => name));
  const is = new Set(after.filter(({ state }) => state === 'ALARM').map(({ name }) => name));
  const describe = (/** @type {AlarmView} */ alarm) =>
    `${alarm.severity ?? ''} ${alarm.title}${alarm.surfaceTitle === null ? '' : ` on ${alarm.surfaceTitle}`}`.trim();
  return [
    ...after
      .filter(({ name }) => is.has(name) && !was.has(name))
      .map((alarm) => `New alarm: ${describe(alarm)}.`),
    ...after
      .filter(({ name }) => was.has(name) && !is.has(name))
      .map((alarm) => `Alarm over: ${describe(alarm)}.`),
  ].join(' ');
}

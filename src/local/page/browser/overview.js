import { drawAlarms } from './alarms.js';
import { byId, healthIcon, make, redraw } from './dom.js';
import { drawPanels } from './panels.js';
import { drawFlow, drawSpend } from './pipeline.js';
import { drawProof } from './proof.js';
import { drawCalibration, drawSlos } from './tables.js';
import { formatCount, formatInstant } from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */

/** @param {PageState} state @param {string} surface @param {import('../page-state.ts').WhyView | null | undefined} why */
export function drawOverview(state, surface, why) {
  const headline = byId('headline');
  byId('overview').dataset.health = state.headline.health;
  redraw(headline, state.headline, () => [healthIcon(state.headline.health), state.headline.sentence]);
  redraw(byId('headline-detail'), state.headline.detail, () => [state.headline.detail]);
  drawProof(byId('proof'), state, why);
  drawPanels(byId('panels'), state, surface);
  redraw(byId('rules'), state.rules, () =>
    state.rules.map(({ health, word, rule }) =>
      make('li', {}, healthIcon(health), make('b', {}, word), ` ${rule}`),
    ),
  );
  drawAlarms(byId('alarms'), state);
  drawSlos(byId('slos'), state, surface);
  drawCalibration(byId('calibration'), state);
  drawSpend(byId('spend'), state);
  drawFlow(byId('flow'), state);
}

const judgeLabels = {
  simulated: 'SIMULATED judge: no real scores',
  recorded: 'Recorded judge: scores from a file',
  openai: '',
};

/** The line on top: whose words these are, the stack's time, how far a replay is. @param {PageState} state */
export function drawTop(state) {
  const judge = byId('judge');
  judge.hidden = state.judge === 'openai';
  judge.className = `judge ${state.judge}`;
  redraw(judge, state.judge, () => [judgeLabels[state.judge]]);
  const { progress, clock, tick } = state;
  const running = progress !== null && progress.sent < progress.total;
  const run = byId('run');
  redraw(run, running, () => [
    make('span', { id: 'clock' }),
    running && make('progress', { id: 'progress', 'aria-label': 'Records replayed' }),
    make('span', { id: 'sent', class: 'quiet' }),
  ]);
  byId('clock').textContent = formatInstant(clock);
  const bar = document.getElementById('progress');
  if (progress !== null && bar instanceof HTMLProgressElement) {
    bar.max = progress.total;
    bar.value = progress.sent;
  }
  byId('sent').textContent =
    progress === null
      ? ''
      : running
        ? `replaying ${formatCount(progress.sent)} of ${formatCount(progress.total)} records`
        : `${formatCount(progress.total)} records replayed`;
  byId('foot').textContent =
    `Stage ${state.stage}. ${tick === null ? 'No evaluation yet' : `Last evaluation ${formatInstant(tick)}`}. This page only reads; it is served on this machine alone.`;
  drawPicker(state);
}

/** Offers the surfaces where there are several. @param {PageState} state */
function drawPicker({ surfaces, panels }) {
  const offered = surfaces.filter(({ surface }) => panels[surface] !== undefined);
  byId('picker').hidden = offered.length < 2;
  const select = byId('surface');
  redraw(select, offered, () => [
    make('option', { value: '*' }, 'All surfaces'),
    ...offered.map(({ surface, title }) => make('option', { value: surface }, title)),
  ]);
}

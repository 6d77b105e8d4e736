import { describeAlarmChanges } from './alarms.js';
import { drawDetail, lengths, openDetail } from './detail.js';
import { drawDetailCharts } from './detail-lines.js';
import { byId, make } from './dom.js';
import { drawOverview, drawTop } from './overview.js';
import { drawPanelCharts, firedMarks } from './panels.js';
import { drawWhy } from './proof.js';
import { drawVerdicts } from './verdicts.js';
import { healthWords } from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */
/** @typedef {import('../page-state.ts').SeriesView} SeriesView */
/** @typedef {import('../page-state.ts').VerdictsView} VerdictsView */
/** @typedef {import('../page-state.ts').WhyView} WhyView */

/** What the page shows now. */
const view = {
  /** @type {PageState | undefined} */
  state: undefined,
  surface: '*',
  /** Name of the SLO whose own view is open. @type {string | undefined} */
  slo: undefined,
  paused: false,
  /** Length of an open SLO's lines. */
  days: lengths[0]?.[0] ?? 1,
  /** What the drawn series were made of, so that they are asked for when there is news. */
  seriesOf: '',
  /** What `assay why` found of the objective that is shown, or of the one that breaks; undefined before. */
  why: /** @type {WhyView | null | undefined} */ (undefined),
  /** What it was asked of, and when by the wall clock. */
  whyOf: '',
  whyAt: 0,
};

/** It is looked into anew at most this often, in milliseconds: it reads days of counters. */
const whyPause = 20_000;

/** Replays tick many times a second; lines are asked for at most this often, in milliseconds. */
const seriesPause = 1_500;

/** @param {PageState} state */
function show(state) {
  const before = view.state;
  view.state = state;
  for (const { health, word } of state.rules) healthWords[health] = word;
  byId('waiting').hidden = true;
  drawTop(state);
  drawView();
  if (before !== undefined) {
    const changes = describeAlarmChanges(before.alarms, state.alarms);
    if (changes !== '') byId('announcer').textContent = changes;
  }
  document.title = `${healthWords[state.headline.health]} · Assay`;
}

function drawView() {
  const { state } = view;
  if (state === undefined) return;
  if (view.surface !== '*' && state.panels[view.surface] === undefined) view.surface = '*';
  const slo = state.slos.find(({ name }) => name === view.slo);
  byId('overview').hidden = slo !== undefined;
  byId('detail').hidden = slo === undefined;
  if (slo === undefined) drawOverview(state, view.surface, view.why);
  else {
    drawDetail(state, slo);
    showWhy(slo.name);
  }
  void drawLines();
  void readWhy();
}

let reading = false;

/** Looks into what breaks, or into the objective that is open. */
async function readWhy() {
  const { state, slo } = view;
  const about = slo ?? state?.headline.proof?.slo;
  if (state === undefined || about === undefined || reading) return;
  const isNew = view.whyOf !== about;
  if (!isNew && Date.now() - view.whyAt < whyPause) return;
  reading = true;
  if (isNew) view.why = undefined;
  view.whyOf = about;
  view.whyAt = Date.now();
  try {
    const found = /** @type {WhyView | null} */ (
      await readJson(`/api/why?${new URLSearchParams({ slo: about })}`)
    );
    if (view.whyOf === about) view.why = found;
  } catch {
    // The page says by itself where the connection is lost; without this it shows the rest.
    if (view.whyOf === about) view.why = null;
  }
  reading = false;
  if (view.state === undefined) return;
  if (view.slo === undefined) drawOverview(view.state, view.surface, view.why);
  else showWhy(about);
}

/** What was found of an objective, where that is the open one. @param {string} name */
function showWhy(name) {
  const host = document.getElementById('slo-why');
  if (host === null || view.slo !== name || view.whyOf !== name || view.why === undefined) return;
  drawWhy(host, view.why);
}

let drawing = false;

/** Lines come after the numbers, one request at a time. */
async function drawLines() {
  const { state, surface, slo: open } = view;
  if (state === undefined || drawing) return;
  const names = open === undefined ? (state.panels[surface] ?? []).flatMap(({ slo }) => slo ?? []) : [open];
  const request = JSON.stringify([state.tick, names, open, view.days]);
  if (names.length === 0 || request === view.seriesOf) return;
  drawing = true;
  try {
    const query = new URLSearchParams(names.map((name) => ['slo', name]));
    if (open === undefined) query.set('only', 'sli');
    else query.set('days', String(view.days));
    const series = /** @type {SeriesView[]} */ (await readJson(`/api/series?${query}`));
    if (open === undefined) drawPanelCharts(state, surface, series);
    else await drawSlo(state, open, series);
    view.seriesOf = request;
  } catch (error) {
    showTrouble(error instanceof Error ? error.message : String(error));
  }
  setTimeout(() => {
    drawing = false;
    void drawLines();
  }, seriesPause);
}

/** @param {PageState} state @param {string} name @param {readonly SeriesView[]} series */
async function drawSlo(state, name, series) {
  const slo = state.slos.find((each) => each.name === name);
  const line = series[0];
  if (slo === undefined || line === undefined) return;
  drawDetailCharts(slo, line, firedMarks(state, name));
  const verdicts = /** @type {VerdictsView} */ (
    await readJson(`/api/verdicts?${new URLSearchParams({ slo: name })}`)
  );
  const list = document.getElementById('verdict-list');
  if (list !== null && view.slo === name) drawVerdicts(list, slo, verdicts);
}

/** @param {string} address @returns {Promise<unknown>} */
async function readJson(address) {
  const response = await fetch(address);
  const body = /** @type {unknown} */ (await response.json());
  if (response.ok) return body;
  throw new Error(
    /** @type {{ message?: string }} */ (body).message ?? `${address} answered ${response.status}`,
  );
}

/** Reads the address: `#/` the overview, `#/slo/<surface>/<id>` one objective. */
function followAddress() {
  const [, place, surface = '', id = ''] = location.hash.split('/').map(decodeSafely);
  const name = place === 'slo' ? `${surface}/${id}` : undefined;
  const changed = name !== view.slo;
  const left = view.slo;
  view.slo = name;
  view.seriesOf = '';
  const slo = view.state?.slos.find((each) => each.name === name);
  if (changed && slo !== undefined) {
    view.days = lengths[0]?.[0] ?? 1;
    openDetail(byId('detail'), slo);
  }
  drawView();
  drawing = false;
  void drawLines();
  if (!changed || view.state === undefined) return;
  if (slo !== undefined) {
    scrollTo(0, 0);
    document.getElementById('slo-title')?.focus({ preventScroll: true });
  } else if (left !== undefined) document.getElementById(`row-${left}`)?.focus();
}

/** @param {string} part */
function decodeSafely(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param {string} message */
function showTrouble(message) {
  const trouble = byId('trouble');
  trouble.hidden = message === '';
  if (trouble.textContent !== message) trouble.textContent = message;
}

function listen() {
  const live = new EventSource('/api/live');
  live.addEventListener('state', (event) => {
    showTrouble('');
    if (view.paused) return;
    const first = view.state === undefined;
    show(/** @type {PageState} */ (JSON.parse(event.data)));
    if (first) followAddress();
  });
  live.addEventListener('trouble', (event) =>
    showTrouble(
      `The stack does not answer: ${/** @type {{ message: string }} */ (JSON.parse(event.data)).message}. What you see is the last known state.`,
    ),
  );
  live.addEventListener('error', () =>
    showTrouble('The connection to Assay is lost; it is tried again. What you see is the last known state.'),
  );
}

byId('surface').addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement)) return;
  view.surface = target.value;
  view.seriesOf = '';
  drawView();
});
byId('detail').addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'days') return;
  view.days = Number(target.value);
  drawing = false;
  void drawLines();
});
byId('pause').addEventListener('click', () => {
  view.paused = !view.paused;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(view.paused));
  button.replaceChildren(
    view.paused ? 'Paused' : 'Pause',
    make('span', { class: 'visually-hidden' }, ' live updates'),
  );
});
addEventListener('hashchange', followAddress);
byId('pause').append(make('span', { class: 'visually-hidden' }, ' live updates'));
listen();

import { batch, byId, items, levels, serve } from './batch.js';
import { askForDownload, download, formatCsv } from './download.js';
import { finish, goTo, goToNextOpen, rate, saveNote, skip, undo } from './rate.js';
import { announcePosition, createElement, fillRubric, render } from './render.js';
import {
  canStore,
  countRated,
  isOpen,
  leave,
  recall,
  restoreState,
  saveState,
  showStorage,
  state,
} from './state.js';

/** The rating page: it has no network, writes text nodes only, and keeps its state in the browser. */

function fillScores() {
  const scores = byId('scores');
  for (const level of levels) {
    const button = createElement('button', 'score', level.name);
    button.type = 'button';
    button.dataset.score = String(level.score);
    button.append(
      ' ',
      levels.length === 2
        ? createElement('kbd', '', level.keys[0])
        : createElement('small', 'soft', level.passes ? 'passes' : 'fails'),
    );
    button.addEventListener('click', () => rate(level.score));
    scores.append(button);
  }
}

function start() {
  const rater = byId('rater').value.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  const fits = rater !== '' && rater.length <= 200 && !/[\u0000-\u001f\u007f#]/.test(rater);
  byId('rater-fault').hidden = fits;
  byId('rater').setAttribute('aria-invalid', String(!fits));
  const people = Number(byId('people').value);
  const part = Number(byId('part').value);
  const isPart =
    Number.isInteger(people) && Number.isInteger(part) && part >= 1 && part <= people && people <= 50;
  byId('part-fault').hidden = isPart;
  byId('part').setAttribute('aria-invalid', String(!isPart));
  if (!fits || !isPart) return;
  recall(rater);
  Object.assign(state, { rater, part, people });
  serve(part, people);
  askForDownload();
  saveState();
  render();
  announcePosition();
}

const actions = {
  j: () => goTo(state.position + 1),
  ArrowRight: () => goTo(state.position + 1),
  k: () => goTo(state.position - 1),
  ArrowLeft: () => goTo(state.position - 1),
  Enter: () => {
    saveNote();
    goToNextOpen();
  },
  u: undo,
  s: skip,
  n: () => byId('note').focus(),
  e: finish,
};

const scoreKeys =
  levels.length === 2
    ? `${levels.map(({ name, keys }) => `${keys[0]}: ${name.toLowerCase()}`).join(', ')}.`
    : 'Scores are 1 to 5.';

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
  if (typing) {
    if (
      event.target === byId('note') &&
      (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey))
    ) {
      event.preventDefault();
      saveNote();
      byId('note').blur();
    }
    return;
  }
  if (state.rater === '') return;
  const pressed = event.target instanceof HTMLElement && /^(BUTTON|SUMMARY)$/.test(event.target.tagName);
  if (pressed && (event.key === 'Enter' || event.key === ' ')) return;
  if (state.position === -1) {
    if (event.key === 'u') undo();
    if (event.key === 'k' || event.key === 'ArrowLeft') goTo(items.length - 1);
    return;
  }
  const level = levels.find(({ keys }) => keys.includes(event.key.toLowerCase()));
  const action = level === undefined ? actions[event.key] : () => rate(level.score);
  const isScore = /^[a-z0-9]$/i.test(event.key);
  byId('hint').textContent =
    action === undefined && isScore ? `“${event.key}” does nothing here. ${scoreKeys}` : '';
  if (action === undefined) return;
  event.preventDefault();
  action();
});

window.addEventListener('beforeunload', (event) => {
  saveNote();
  if (!canStore() && countRated() > 0 && state.downloaded !== formatCsv()) event.preventDefault();
});

byId('start-form').addEventListener('submit', (event) => {
  event.preventDefault();
  start();
});
byId('start-button').addEventListener('click', start);
for (const id of ['rater', 'part', 'people'])
  byId(id).addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      start();
    }
  });
byId('back').addEventListener('click', () => goTo(state.position - 1));
byId('next').addEventListener('click', () => goTo(state.position + 1));
byId('undo').addEventListener('click', undo);
byId('skip').addEventListener('click', skip);
byId('finish').addEventListener('click', finish);
byId('change').addEventListener('click', () => {
  saveNote();
  leave();
  askForDownload();
  render();
});
byId('resume').addEventListener('click', () => {
  const open = items.findIndex(isOpen);
  const unrated = items.findIndex(({ id }) => state.ratings[id] === undefined);
  goTo(open !== -1 ? open : unrated !== -1 ? unrated : 0);
});
byId('download').addEventListener('click', download);
byId('note').addEventListener('change', saveNote);

document.title = `Rate ${batch}`;
restoreState();
showStorage();
fillRubric();
fillScores();
askForDownload();
if (window.matchMedia('(max-width: 900px)').matches) byId('rubric').open = false;
render();

import { about, batch, byId, items, rubric } from './batch.js';
import { countRated, currentItem, state } from './state.js';

export function createElement(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Untrusted text: one text node in a block of its own, whose direction stays inside it. */
function createTurn(who, text, className) {
  const section = createElement('section', className ?? 'turn');
  const block = createElement('pre', 'text', text === '' ? '(empty)' : text);
  block.dir = 'auto';
  section.append(createElement('h2', 'who', who), block);
  return section;
}

export function fillRubric() {
  byId('rubric-title').textContent = rubric.title;
  const body = byId('rubric-body');
  byId('about').textContent = `${about}. Batch ${batch}.`;
  body.append(createElement('p', '', rubric.description), createElement('p', 'soft', rubric.howTo));
  for (const criterion of rubric.criteria) {
    const list = createElement('dl');
    for (const [level, text] of criterion.scale)
      list.append(createElement('dt', '', level), createElement('dd', '', text));
    const levels = createElement('details', 'levels');
    // With the levels of all open not every criterion would be in sight.
    levels.name = 'levels';
    levels.open = rubric.criteria.length <= 2 && body.querySelector('details') === null;
    levels.append(createElement('summary', '', 'Its levels'), list);
    body.append(createElement('h3', '', criterion.name), createElement('p', '', criterion.question), levels);
  }
}

export function announce(text) {
  byId('live').textContent = text;
}

export function announcePosition() {
  announce(`Response ${state.position + 1} of ${items.length}`);
}

/** @param place 'start', 'work' or 'end' */
function showPlace(place) {
  // What is about to be hidden must not go on taking keys until the browser notices.
  if (byId(place).hidden && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  byId('start').hidden = place !== 'start';
  byId('work').hidden = place !== 'work';
  byId('controls').hidden = place !== 'work';
  byId('end').hidden = place !== 'end';
}

/** Shows the page as the state has it. */
export function render() {
  const rated = countRated();
  const skipped = Object.keys(state.skipped).length;
  byId('progress').max = items.length;
  byId('progress').value = rated;
  byId('count').textContent = `${rated} of ${items.length} rated${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  byId('who').textContent = state.rater === '' ? '' : `Rater: ${state.rater}`;
  byId('change').hidden = state.rater === '';
  byId('finish').hidden = state.rater === '' || state.position === -1;
  if (state.rater === '') {
    showPlace('start');
    byId('rater').value = '';
    byId('rater').focus();
  } else if (state.position === -1) renderEnd(rated, skipped);
  else renderItem();
}

function renderEnd(rated, skipped) {
  showPlace('end');
  byId('summary').textContent =
    rated === items.length
      ? `All ${items.length} responses are rated.`
      : `${rated} of ${items.length} responses are rated${skipped > 0 ? `, ${skipped} skipped` : ''}. What is not rated is simply left out; you can go on later on this computer.`;
  byId('download').disabled = rated === 0;
  byId(rated === 0 ? 'resume' : 'download').focus();
}

function renderItem() {
  showPlace('work');
  const item = currentItem();
  const texts = byId('texts');
  texts.replaceChildren(
    createElement('h2', 'unseen', `Response ${state.position + 1} of ${items.length}`),
    ...item.conversation.map(({ role, text }) => createTurn(role, text)),
    ...item.context.map((text, index) => createTurn(`Passage ${index + 1}`, text)),
    createTurn('Response to rate', item.response, 'turn rated'),
  );
  byId('place').textContent = `${state.position + 1} / ${items.length}`;
  const given = state.ratings[item.id];
  for (const button of byId('scores').querySelectorAll('button'))
    button.setAttribute(
      'aria-pressed',
      String(given !== undefined && button.dataset.score === String(given.score)),
    );
  byId('note').value = given?.note ?? state.skipped[item.id]?.note ?? state.notes?.[item.id] ?? '';
  byId('undo').disabled = state.undo.length === 0;
  byId('back').disabled = state.position === 0;
  window.scrollTo(0, 0);
}

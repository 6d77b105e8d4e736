import { byId, items } from './batch.js';
import { announce, announcePosition, render } from './render.js';
import { currentItem, isOpen, saveState, state } from './state.js';

const maxUndo = 200;

export function goTo(position) {
  saveNote();
  state.position = Math.max(0, Math.min(items.length - 1, position));
  saveState();
  render();
  announcePosition();
}

/** The next response that is neither rated nor skipped, from here on and then from the start; the end where there is none. */
export function goToNextOpen() {
  const order = [...items.keys()].map((step) => (state.position + 1 + step) % items.length);
  const next = order.find((place) => isOpen(items[place]));
  state.position = next ?? -1;
  saveState();
  render();
  if (next !== undefined) announce(`${byId('count').textContent}. Response ${next + 1} of ${items.length}`);
  else announce(byId('summary').textContent);
}

function pushUndo(id) {
  state.undo.push({
    id,
    position: state.position,
    rating: state.ratings[id] ?? null,
    skipped: state.skipped[id] ?? null,
  });
  if (state.undo.length > maxUndo) state.undo.shift();
}

export function rate(score) {
  if (state.position === -1 || state.rater === '') return;
  const { id } = currentItem();
  const note = byId('note').value.trim();
  pushUndo(id);
  state.ratings[id] = { score, at: new Date().toISOString(), ...(note !== '' && { note }) };
  delete state.skipped[id];
  goToNextOpen();
}

export function skip() {
  if (state.position === -1) return;
  const { id } = currentItem();
  pushUndo(id);
  delete state.ratings[id];
  const note = byId('note').value.trim();
  state.skipped[id] = { ...(note !== '' && { note }) };
  goToNextOpen();
}

export function undo() {
  const last = state.undo.pop();
  if (last === undefined) return;
  if (last.rating === null) delete state.ratings[last.id];
  else state.ratings[last.id] = last.rating;
  if (last.skipped === null) delete state.skipped[last.id];
  else state.skipped[last.id] = last.skipped;
  state.position = last.position;
  saveState();
  render();
  announce(`Taken back. Response ${state.position + 1} of ${items.length}`);
}

/** A note belongs to the rating; before there is one it waits. */
export function saveNote() {
  if (state.position === -1 || byId('work').hidden) return;
  const { id } = currentItem();
  const note = byId('note').value.trim();
  state.notes = { ...state.notes, [id]: note };
  const given = state.ratings[id];
  if (given !== undefined && (given.note ?? '') !== note) {
    state.ratings[id] = { score: given.score, at: new Date().toISOString(), ...(note !== '' && { note }) };
  }
  saveState();
}

export function finish() {
  saveNote();
  state.position = -1;
  saveState();
  render();
  announce(byId('summary').textContent);
}

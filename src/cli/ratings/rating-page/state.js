import { batch, byId, items, serve } from './batch.js';

const storageName = `assay-rating:${batch}`;

/** Kept in localStorage by the batch's id. `position` is -1 at the end. */
export const state = {
  rater: '',
  part: 1,
  people: 1,
  ratings: {},
  skipped: {},
  position: 0,
  undo: [],
  downloaded: '',
};

let isStored = true;

/** Whether the browser lets the page keep anything. */
export const canStore = () => isStored;

export function restoreState() {
  try {
    const probe = `${storageName}:probe`;
    localStorage.setItem(probe, '1');
    localStorage.removeItem(probe);
    const kept = JSON.parse(localStorage.getItem(storageName) ?? 'null');
    if (kept !== null && typeof kept === 'object') Object.assign(state, kept);
    serve(state.part, state.people);
    state.position = Math.max(0, Math.min(items.length - 1, Number(state.position) || 0));
  } catch {
    isStored = false;
  }
}

export function saveState() {
  if (!isStored) return;
  try {
    localStorage.setItem(storageName, JSON.stringify(state));
  } catch {
    isStored = false;
    showStorage();
  }
}

export function showStorage() {
  byId('unkept').hidden = isStored;
}

export const currentItem = () => items[state.position];
export const countRated = () => items.filter(({ id }) => state.ratings[id] !== undefined).length;
export const isOpen = ({ id }) => state.ratings[id] === undefined && state.skipped[id] === undefined;

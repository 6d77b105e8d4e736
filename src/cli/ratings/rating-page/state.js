import { batch, byId, items, serve } from './batch.js';

const storageName = `assay-rating:${batch}`;

/** What is kept of one rater. `position` is -1 at the end. */
const begun = () => ({
  part: 1,
  people: 1,
  ratings: {},
  skipped: {},
  notes: {},
  position: 0,
  undo: [],
  downloaded: '',
});

/** Kept in localStorage by the batch's id: whoever rates now, and by name those who did before at this browser. */
export const state = { rater: '', others: {}, ...begun() };

/** Nobody rates until somebody gives a name; what this one has rated waits for them. */
export function leave() {
  const { rater, others, ...own } = state;
  Object.assign(state, begun(), { rater: '', others: { ...others, [rater]: own } });
  saveState();
}

/** Takes up what this rater had rated here. */
export function recall(rater) {
  const own = Object.hasOwn(state.others, rater) ? state.others[rater] : undefined;
  if (own !== undefined) Object.assign(state, own);
}

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

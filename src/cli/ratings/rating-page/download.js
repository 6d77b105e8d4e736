import { batch, byId, items, rubric, sendTo } from './batch.js';
import { announce } from './render.js';
import { saveState, state } from './state.js';

/** A cell that a spreadsheet would execute gets an apostrophe in front. */
function formatCell(value) {
  const text = String(value);
  const defused = /^'*\s*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]|^\s|\s$/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}

/** The ratings as a file for `assay ratings upload`. */
export function formatCsv() {
  const rows = items.flatMap(({ id }) => {
    const given = state.ratings[id];
    return given === undefined
      ? []
      : [[id, state.rater, given.score, given.at, given.note ?? '', rubric.name, batch]];
  });
  return [['response_id', 'rater_id', 'score', 'rated_at', 'note', 'rubric', 'batch'], ...rows]
    .map((row) => `${row.map(formatCell).join(',')}\r\n`)
    .join('');
}

/** Nothing was saved yet by whoever rates now. */
export function askForDownload() {
  byId('saved').textContent = `Press the button above, then send the file that it saves to ${sendTo}.`;
  byId('hand-in').textContent = '';
  announce('');
}

export function download() {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([formatCsv()], { type: 'text/csv;charset=utf-8' }));
  link.download = `${batch}-${state.rater.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  state.downloaded = formatCsv();
  saveState();
  announce(`Saved ${link.download}`);
  byId('saved').textContent =
    `Saved as ${link.download} among your downloads. Now send this file to ${sendTo}. That is all.`;
  byId('hand-in').textContent = `For them: npx assay ratings upload ${link.download}`;
}

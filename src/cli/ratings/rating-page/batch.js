/**
 * What the page was made of: the batch's id, what it is about and for, whom its ratings go to, its rubric, the scores that can be
 * given, and the responses.
 */
export const {
  batch,
  about,
  sendTo,
  rubric,
  levels,
  items: all,
} = JSON.parse(document.getElementById('data').textContent);

/** The responses of whoever rates. */
export const items = [...all];

/** Of the batch, what every rater is served, so that it shows how well they agree. */
const shareForAll = 1 / 4;

/**
 * Serves the person of this number, of so many, a quarter of the batch that all rate and a share of the rest; a batch's order
 * is random, so that each part is a draw.
 */
export function serve(part, people) {
  const common = Math.ceil(all.length * shareForAll);
  const own = all.filter((_, place) => place < common || (place - common) % people === part - 1);
  items.splice(0, items.length, ...own);
}

export const byId = (id) => document.getElementById(id);

/** What the page was made of: the batch's id, its rubric, the scores that can be given, and the responses. */
export const { batch, rubric, levels, items } = JSON.parse(document.getElementById('data').textContent);

export const byId = (id) => document.getElementById(id);

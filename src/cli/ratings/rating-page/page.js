/* The rating page. It has no network, writes text nodes only, and keeps its state in localStorage by the batch's id. */
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const { batch, rubric, levels, items } = data;
  const storageName = `assay-rating:${batch}`;
  const byId = (id) => document.getElementById(id);
  const maxUndo = 200;

  const state = { rater: '', ratings: {}, skipped: {}, position: 0, undo: [], downloaded: '' };
  let keeps = true;

  function restore() {
    try {
      const probe = `${storageName}:probe`;
      localStorage.setItem(probe, '1');
      localStorage.removeItem(probe);
      const kept = JSON.parse(localStorage.getItem(storageName) ?? 'null');
      if (kept !== null && typeof kept === 'object') Object.assign(state, kept);
      state.position = Math.max(0, Math.min(items.length - 1, Number(state.position) || 0));
    } catch {
      keeps = false;
    }
  }

  function keep() {
    if (!keeps) return;
    try {
      localStorage.setItem(storageName, JSON.stringify(state));
    } catch {
      keeps = false;
      showStorage();
    }
  }

  function showStorage() {
    byId('unkept').hidden = keeps;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Untrusted text: one text node in a block of its own, whose direction stays inside it. */
  function turn(who, text, className) {
    const section = element('section', className ?? 'turn');
    const block = element('pre', 'text', text === '' ? '(empty)' : text);
    block.dir = 'auto';
    section.append(element('h2', 'who', who), block);
    return section;
  }

  function fillRubric() {
    byId('rubric-title').textContent = rubric.title;
    const body = byId('rubric-body');
    body.append(element('p', '', rubric.description), element('p', 'soft', rubric.howTo));
    for (const criterion of rubric.criteria) {
      const list = element('dl');
      for (const [level, text] of criterion.scale)
        list.append(element('dt', '', level), element('dd', '', text));
      body.append(element('h3', '', criterion.name), element('p', '', criterion.question), list);
    }
  }

  function fillScores() {
    const scores = byId('scores');
    for (const level of levels) {
      const button = element('button', 'score', level.name);
      button.type = 'button';
      button.dataset.score = String(level.score);
      button.setAttribute('aria-label', level.label);
      button.addEventListener('click', () => rate(level.score));
      scores.append(button);
    }
  }

  const current = () => items[state.position];
  const ratedCount = () => items.filter(({ id }) => state.ratings[id] !== undefined).length;
  const isOpen = ({ id }) => state.ratings[id] === undefined && state.skipped[id] === undefined;

  function announce(text) {
    byId('live').textContent = text;
  }

  function show(place) {
    // What is about to be hidden must not go on taking keys until the browser notices.
    if (byId(place).hidden && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    byId('start').hidden = place !== 'start';
    byId('work').hidden = place !== 'work';
    byId('controls').hidden = place !== 'work';
    byId('end').hidden = place !== 'end';
  }

  function render(scroll) {
    const rated = ratedCount();
    const skipped = Object.keys(state.skipped).length;
    byId('progress').max = items.length;
    byId('progress').value = rated;
    byId('count').textContent =
      `${rated} of ${items.length} rated${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    byId('who').textContent = state.rater === '' ? '' : `Rater: ${state.rater}`;
    byId('finish').hidden = state.rater === '' || state.position === -1;
    if (state.rater === '') {
      show('start');
      byId('rater').focus();
      return;
    }
    if (state.position === -1) {
      show('end');
      byId('summary').textContent =
        rated === items.length
          ? `All ${items.length} responses are rated.`
          : `${rated} of ${items.length} responses are rated${skipped > 0 ? `, ${skipped} skipped` : ''}. What is not rated is simply left out; you can go on later on this computer.`;
      byId('download').disabled = rated === 0;
      byId(rated === 0 ? 'resume' : 'download').focus();
      return;
    }
    show('work');
    const item = current();
    const texts = byId('texts');
    texts.replaceChildren(
      element('h2', 'unseen', `Response ${state.position + 1} of ${items.length}`),
      ...item.conversation.map(({ role, text }) => turn(role, text)),
      ...item.context.map((text, index) => turn(`Passage ${index + 1}`, text)),
      turn('Response to rate', item.response, 'turn rated'),
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
    if (scroll !== false) window.scrollTo(0, 0);
  }

  function go(position) {
    saveNote();
    state.position = Math.max(0, Math.min(items.length - 1, position));
    keep();
    render();
    announce(`Response ${state.position + 1} of ${items.length}`);
  }

  /** The next response that is neither rated nor skipped, from here on and then from the start; the end where there is none. */
  function goOn() {
    const order = [...items.keys()].map((step) => (state.position + 1 + step) % items.length);
    const next = order.find((place) => isOpen(items[place]));
    state.position = next ?? -1;
    keep();
    render();
    if (next !== undefined) announce(`${byId('count').textContent}. Response ${next + 1} of ${items.length}`);
    else announce(byId('summary').textContent);
  }

  function remember(id) {
    state.undo.push({
      id,
      position: state.position,
      rating: state.ratings[id] ?? null,
      skipped: state.skipped[id] ?? null,
    });
    if (state.undo.length > maxUndo) state.undo.shift();
  }

  function rate(score) {
    if (state.position === -1 || state.rater === '') return;
    const { id } = current();
    const note = byId('note').value.trim();
    remember(id);
    state.ratings[id] = { score, at: new Date().toISOString(), ...(note !== '' && { note }) };
    delete state.skipped[id];
    goOn();
  }

  function skip() {
    if (state.position === -1) return;
    const { id } = current();
    remember(id);
    delete state.ratings[id];
    const note = byId('note').value.trim();
    state.skipped[id] = { ...(note !== '' && { note }) };
    goOn();
  }

  function undo() {
    const last = state.undo.pop();
    if (last === undefined) return;
    if (last.rating === null) delete state.ratings[last.id];
    else state.ratings[last.id] = last.rating;
    if (last.skipped === null) delete state.skipped[last.id];
    else state.skipped[last.id] = last.skipped;
    state.position = last.position;
    keep();
    render();
    announce(`Taken back. Response ${state.position + 1} of ${items.length}`);
  }

  /** A note belongs to the rating; before there is one it waits. */
  function saveNote() {
    if (state.position === -1 || byId('work').hidden) return;
    const { id } = current();
    const note = byId('note').value.trim();
    state.notes = { ...state.notes, [id]: note };
    const given = state.ratings[id];
    if (given !== undefined && (given.note ?? '') !== note) {
      state.ratings[id] = { score: given.score, at: new Date().toISOString(), ...(note !== '' && { note }) };
    }
    keep();
  }

  function finish() {
    saveNote();
    state.position = -1;
    keep();
    render();
    announce(byId('summary').textContent);
  }

  /** A cell that a spreadsheet would execute gets an apostrophe in front. */
  function cell(value) {
    const text = String(value);
    const defused = /^\s*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
    return /[",;\t\r\n]|^\s|\s$/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
  }

  function csv() {
    const rows = items.flatMap(({ id }) => {
      const given = state.ratings[id];
      return given === undefined
        ? []
        : [[id, state.rater, given.score, given.at, given.note ?? '', rubric.name, batch]];
    });
    return [['response_id', 'rater_id', 'score', 'rated_at', 'note', 'rubric', 'batch'], ...rows]
      .map((row) => `${row.map(cell).join(',')}\r\n`)
      .join('');
  }

  function download() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv;charset=utf-8' }));
    link.download = `${batch}-${state.rater.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    state.downloaded = csv();
    keep();
    announce(`Saved ${link.download}`);
    byId('saved').textContent =
      `Saved ${link.download}. Hand it in with: npx assay ratings upload ${link.download}`;
  }

  function start() {
    const rater = byId('rater').value.trim();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
    const fits = rater !== '' && rater.length <= 200 && !/[\u0000-\u001f\u007f#]/.test(rater);
    byId('rater-fault').hidden = fits;
    byId('rater').setAttribute('aria-invalid', String(!fits));
    if (!fits) return;
    state.rater = rater;
    keep();
    render();
    announce(`Response ${state.position + 1} of ${items.length}`);
  }

  const actions = {
    j: () => go(state.position + 1),
    ArrowRight: () => go(state.position + 1),
    k: () => go(state.position - 1),
    ArrowLeft: () => go(state.position - 1),
    Enter: () => {
      saveNote();
      goOn();
    },
    u: undo,
    s: skip,
    n: () => byId('note').focus(),
    f: finish,
  };

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
      if (event.key === 'k' || event.key === 'ArrowLeft') go(items.length - 1);
      return;
    }
    const level = levels.find(({ keys }) => keys.includes(event.key.toLowerCase()));
    const action = level === undefined ? actions[event.key] : () => rate(level.score);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });

  window.addEventListener('beforeunload', (event) => {
    saveNote();
    if (!keeps && ratedCount() > 0 && state.downloaded !== csv()) event.preventDefault();
  });

  byId('start-form').addEventListener('submit', (event) => {
    event.preventDefault();
    start();
  });
  byId('start-button').addEventListener('click', start);
  byId('rater').addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      start();
    }
  });
  byId('back').addEventListener('click', () => go(state.position - 1));
  byId('next').addEventListener('click', () => go(state.position + 1));
  byId('undo').addEventListener('click', undo);
  byId('skip').addEventListener('click', skip);
  byId('finish').addEventListener('click', finish);
  byId('resume').addEventListener('click', () => {
    const open = items.findIndex(isOpen);
    const unrated = items.findIndex(({ id }) => state.ratings[id] === undefined);
    go(open !== -1 ? open : unrated !== -1 ? unrated : 0);
  });
  byId('download').addEventListener('click', download);
  byId('note').addEventListener('change', saveNote);

  document.title = `Rate ${batch}`;
  restore();
  showStorage();
  fillRubric();
  fillScores();
  if (window.matchMedia('(max-width: 900px)').matches) byId('rubric').open = false;
  render();
})();

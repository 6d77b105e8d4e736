/**
 * Builds and replaces parts of the page. Text goes in as text nodes only: nothing here, and nothing that uses it, reads
 * markup from data.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number | boolean | null | undefined>>} [attributes] true sets an empty one
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...childNodes(children));
  return element;
}

/**
 * @param {readonly (Child | readonly Child[])[]} children
 * @returns {(Node | string)[]}
 */
function childNodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/**
 * Replaces what an element holds, unless it was made of the same data. Focus and opened details are found again by
 * their ids, so that a live update takes nobody's place away.
 *
 * @param {Element} element
 * @param {unknown} data what the children are made of
 * @param {() => readonly Child[]} children
 */
export function redraw(element, data, children) {
  const made = JSON.stringify(data);
  if (drawn.get(element) === made) return;
  drawn.set(element, made);
  const focused = element.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const opened = [...element.querySelectorAll('details[open][id]')].map(({ id }) => id);
  element.replaceChildren(...childNodes(children()));
  for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page lacks #${id}`);
  return found;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A health has a shape of its own, for colour alone says nothing to many. */
const shapes = {
  healthy: ['M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Z', 'M4.9 8.2l2.2 2.2 4.1-4.6'],
  watch: ['M8 1.4 15.2 14H.8L8 1.4Z', 'M8 6v3.6M8 11.6v.3'],
  breaking: ['M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1L5.1 1Z', 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8'],
  unmeasured: ['M2 8a6 6 0 1 0 12 0A6 6 0 1 0 2 8Z', 'M5.5 8h5'],
};

/**
 * @param {keyof typeof shapes} health
 * @returns {SVGElement}
 */
export function healthIcon(health) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon ${health}`);
  svg.setAttribute('aria-hidden', 'true');
  const [body, sign] = shapes[health];
  for (const [index, d] of [body, sign].entries()) {
    const path = document.createElementNS(svgNamespace, 'path');
    path.setAttribute('d', d ?? '');
    path.setAttribute('class', index === 0 ? 'body' : 'sign');
    svg.append(path);
  }
  return svg;
}

/**
 * The word of a health behind its shape.
 *
 * @param {keyof typeof shapes} health
 * @param {string} word
 */
export function healthChip(health, word) {
  return make('span', { class: `chip ${health}` }, healthIcon(health), word);
}

/**
 * An address of the user's files; anything that is no web page stays text.
 *
 * @param {string} address
 * @param {string} text
 */
export function outsideLink(address, text) {
  return /^(https?:\/\/|\/runbook(#|$))/.test(address)
    ? make('a', { href: address, rel: 'noreferrer', target: '_blank' }, text)
    : make('span', {}, `${text}: ${address}`);
}

/** A reason of the evaluator: its plain sentence, then its statistics in a line of their own. @param {string} reason */
export function reasonLines(reason) {
  const [plain = '', ...statistics] = reason.split('\n');
  return [
    make('p', { class: 'reason' }, plain),
    statistics.length > 0 &&
      make(
        'p',
        { class: 'quiet statistics' },
        statistics.join(' '),
        ' ',
        make('a', { href: '/glossary', target: '_blank' }, 'What these words mean'),
      ),
  ];
}

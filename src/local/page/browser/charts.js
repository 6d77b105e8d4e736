import { drawMarks, drawThreshold, tintBadSide } from './chart-marks.js';
import { make, redraw } from './dom.js';
import uPlot from './vendor/uplot.js';
import { formatInstant } from './words.js';

/** @typedef {import('./chart-spec.js').ChartSpec} ChartSpec */

/** @type {WeakMap<Element, { plot: uPlot, spec: ChartSpec, tip: HTMLElement }>} */
const charts = new WeakMap();

/** @type {Set<WeakRef<uPlot>>} */
const living = new Set();
for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
  matchMedia(query).addEventListener('change', () => {
    for (const reference of living) {
      const plot = reference.deref();
      if (plot === undefined) living.delete(reference);
      else plot.redraw(false, true);
    }
  });
}

const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const chart = charts.get(target);
    if (chart === undefined || contentRect.width === 0) continue;
    if (Math.round(contentRect.width) !== chart.plot.width)
      chart.plot.setSize({ width: Math.round(contentRect.width), height: chart.spec.height });
  }
});

/**
 * Draws a chart into a figure, or the new data into the chart that is there.
 *
 * @param {HTMLElement} figure
 * @param {ChartSpec} spec
 */
export function drawChart(figure, spec) {
  let host = /** @type {HTMLElement | null} */ (figure.querySelector('.plot'));
  if (host === null) {
    host = make('div', { class: 'plot', 'aria-hidden': 'true' });
    figure.replaceChildren(
      host,
      make('div', { class: 'legend', 'aria-hidden': 'true' }),
      make('figcaption', { class: spec.captioned ? 'caption' : 'visually-hidden' }),
    );
  }
  const legend = figure.querySelector('.legend');
  if (legend !== null)
    redraw(legend, [spec.lines.map(({ label }) => label), spec.threshold?.text, spec.compact], () =>
      legendOf(spec),
    );
  const caption = figure.querySelector('figcaption');
  if (caption !== null && caption.textContent !== spec.summary) caption.textContent = spec.summary;
  const known = charts.get(host);
  const data = /** @type {uPlot.AlignedData} */ (
    /** @type {unknown} */ ([spec.times.map((at) => at / 1000), ...spec.lines.map(({ values }) => values)])
  );
  if (
    known !== undefined &&
    known.spec.lines.length === spec.lines.length &&
    known.spec.compact === spec.compact
  ) {
    known.spec = spec;
    known.plot.setData(data);
    return;
  }
  known?.plot.destroy();
  const tip = make('div', { class: 'tip', hidden: true });
  const width = Math.max(60, Math.round(host.clientWidth));
  const plot = new uPlot(optionsFor(host, spec, width), data, host);
  plot.over.append(tip);
  charts.set(host, { plot, spec, tip });
  living.add(new WeakRef(plot));
  observer.observe(host);
}

/** Names of the lines, where there are several. @param {ChartSpec} spec */
function legendOf({ lines, threshold, compact }) {
  const named = lines.filter(({ unnamed }) => unnamed !== true);
  const wanted =
    threshold === null || compact ? [] : [{ label: threshold.text, colour: '--objective', dash: [5, 4] }];
  const entries = [...(lines.length < 2 && wanted.length === 0 ? [] : named), ...wanted];
  return entries.map(({ label, colour, dash }) => {
    const kind = dash === undefined ? 'solid' : (dash[0] ?? 0) > 3 ? 'dashed' : 'dotted';
    const swatch = make('span', { class: `swatch ${kind}` });
    swatch.style.borderTopColor = `var(${colour})`;
    return make('span', {}, swatch, label);
  });
}

/**
 * @param {HTMLElement} host
 * @param {ChartSpec} first
 * @param {number} width
 * @returns {uPlot.Options}
 */
function optionsFor(host, first, width) {
  const spec = () => charts.get(host)?.spec ?? first;
  const colour = (/** @type {string} */ name) =>
    getComputedStyle(host).getPropertyValue(name).trim() || 'gray';
  const axis = {
    stroke: () => colour('--muted'),
    font: '11px system-ui, "Open Sans", sans-serif',
    ticks: { show: false },
  };
  const dots = { show: (/** @type {uPlot} */ u, /** @type {number} */ index) => pointsOf(u, index) < 2 };
  return {
    width,
    height: first.height,
    // Marks are named above the plot, where no line runs; the last tick needs room on the right.
    padding: first.compact ? [6, 4, 6, 4] : [() => (spec().marks.length > 0 ? 38 : 12), 26, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, low, high) => rangeOf(spec(), low, high) } },
    axes: [
      {
        ...axis,
        show: first.compact !== true,
        size: 22,
        gap: 4,
        space: 68,
        grid: { show: false },
        values: (_, splits) => splits.map((at, index) => `${describeTick(at)}${index === 0 ? ' UTC' : ''}`),
      },
      {
        ...axis,
        show: first.compact !== true,
        size: 44,
        gap: 6,
        space: 30,
        grid: { stroke: () => colour('--grid'), width: 1 },
        values: (_, splits) => splits.map((value) => spec().format(value)),
      },
    ],
    series: [
      {},
      ...first.lines.map(({ label, colour: name, faint, dash }) => ({
        label,
        ...(dash !== undefined && { dash }),
        stroke: () => colour(name),
        width: faint ? 1 : 2,
        points: faint ? { show: false } : dots,
      })),
    ],
    ...(first.band !== undefined && {
      bands: [
        {
          series: /** @type {uPlot.Band.Bounds} */ ([first.band[1] + 1, first.band[0] + 1]),
          fill: () => colour('--band'),
        },
      ],
    }),
    hooks: {
      drawClear: [(u) => tintBadSide(u, spec(), colour)],
      draw: [(u) => drawThreshold(u, spec(), colour), (u) => drawMarks(u, spec(), colour)],
      setCursor: [(u) => showTip(u, charts.get(host))],
    },
  };
}

/** A line of a single point is invisible without a dot. @param {uPlot} u @param {number} index */
function pointsOf(u, index) {
  return Array.from(u.data[index] ?? []).filter((value) => value !== null && value !== undefined).length;
}

/** @param {number} seconds */
function describeTick(seconds) {
  const iso = new Date(seconds * 1000).toISOString();
  return iso.slice(11, 16) === '00:00'
    ? new Date(seconds * 1000).toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })
    : iso.slice(11, 16);
}

/**
 * @param {ChartSpec} spec
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]}
 */
function rangeOf({ threshold, bounds }, low, high) {
  const values = [low, high, threshold?.value].filter((value) => typeof value === 'number');
  if (values.length === 0) return [bounds.floor, bounds.ceiling];
  let from = Math.min(...values);
  let to = Math.max(...values);
  const pad = Math.max((to - from) * 0.18, (bounds.least - (to - from)) / 2);
  from = Math.max(bounds.floor, from - pad);
  to = Math.min(bounds.ceiling, to + pad);
  return [from, to > from ? to : from + bounds.least];
}

/** @param {uPlot} u @param {{ spec: ChartSpec, tip: HTMLElement } | undefined} chart */
function showTip(u, chart) {
  if (chart === undefined) return;
  const { idx, left = -1 } = u.cursor;
  const { spec, tip } = chart;
  tip.hidden = left < 0 || idx === null || idx === undefined;
  if (tip.hidden || idx === null || idx === undefined) return;
  const at = spec.times[idx];
  const rows = spec.lines.flatMap(({ label, values }) => {
    const value = values[idx];
    return typeof value === 'number' ? [make('div', {}, `${label} `, make('b', {}, spec.format(value)))] : [];
  });
  tip.replaceChildren(make('div', { class: 'tip-time' }, at === undefined ? '' : formatInstant(at)), ...rows);
  const onRight = left < u.over.clientWidth / 2;
  tip.style.left = onRight ? `${left + 10}px` : 'auto';
  tip.style.right = onRight ? 'auto' : `${u.over.clientWidth - left + 10}px`;
}

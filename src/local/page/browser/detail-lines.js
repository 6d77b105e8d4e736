import { formatLine } from './chart-words.js';
import { drawChart } from './charts.js';
import { redraw } from './dom.js';
import { sloChart, withFired } from './panels.js';
import { dataTable } from './tables.js';
import { capitalised, formatBurn, formatInstant, formatShare, formatValue } from './words.js';

/** @typedef {import('../page-state.ts').SeriesView} SeriesView */
/** @typedef {import('../page-state.ts').SloView} SloView */

/** @type {Record<import('../../../core/names.ts').Severity, { colour: string, dash?: number[] }>} */
const severityLines = {
  rollback: { colour: '--rollback' },
  page: { colour: '--page' },
  ticket: { colour: '--ticket', dash: [7, 4] },
  digest: { colour: '--digest', dash: [2, 3] },
};

/** @param {SloView} slo @param {SeriesView} series @param {readonly { at: number, text: string }[]} fired */
export function drawDetailCharts(slo, series, fired) {
  const sli = document.getElementById('line-sli');
  const burn = document.getElementById('line-burn');
  const pressure = document.getElementById('line-pressure');
  if (sli === null || burn === null || pressure === null) return;
  const plain = (/** @type {number} */ value) => String(Number(value.toPrecision(3)));
  const marks = withFired(series, fired);
  drawChart(sli, { ...sloChart(slo, series), marks, captioned: true });
  drawChart(burn, {
    times: series.times,
    lines: [{ label: 'burn', values: series.burn, colour: '--line' }],
    threshold: { value: 1, text: 'even rate', bad: 'above' },
    marks,
    format: plain,
    bounds: { floor: 0, ceiling: Number.POSITIVE_INFINITY, least: 2 },
    height: 180,
    captioned: true,
    summary: formatLine('Burn rate', series.times, series.burn, plain, ''),
  });
  const lines = slo.severities.map((severity) => ({
    label: severity,
    values: series.pressure[severity] ?? [],
    ...severityLines[severity],
  }));
  drawChart(pressure, {
    times: series.times,
    lines,
    threshold: { value: 1, text: 'fires', bad: 'above' },
    marks,
    format: plain,
    bounds: { floor: 0, ceiling: Number.POSITIVE_INFINITY, least: 1.4 },
    height: 180,
    captioned: true,
    summary: lines
      .map(({ label, values }) => formatLine(capitalised(label), series.times, values, plain, ''))
      .join(' '),
  });
  const table = document.getElementById('points-table');
  if (table !== null)
    redraw(table, [series.times.length, series.times.at(-1)], () => [pointsTable(slo, series)]);
}

/** So many rows are read by a person; the lines are thinned to them. */
const mostRows = 48;

/** @param {SloView} slo @param {SeriesView} series */
function pointsTable(slo, series) {
  const step = Math.max(1, Math.ceil(series.times.length / mostRows));
  const rows = series.times.flatMap((at, index) =>
    index % step === 0 || index === series.times.length - 1 ? [{ at, index }] : [],
  );
  const cell = (
    /** @type {number | null | undefined} */ value,
    /** @type {(value: number) => string} */ format,
  ) => (typeof value === 'number' ? format(value) : '–');
  return dataTable(
    'The lines as a table',
    ['Time', capitalised(slo.title), 'Burn', ...slo.severities.map((severity) => `Pressure, ${severity}`)],
    rows
      .reverse()
      .map(({ at, index }) => [
        formatInstant(at),
        cell(series.sli[index], (value) => formatValue(value, slo)),
        cell(series.burn[index], formatBurn),
        ...slo.severities.map((severity) => cell(series.pressure[severity]?.[index], formatShare)),
      ]),
  );
}

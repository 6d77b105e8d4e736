/** What is drawn into a chart beside its lines: the bad side of a threshold, the threshold, marks in time. */

/** @typedef {import('./vendor/uplot.js').default} uPlot */
/** @typedef {import('./chart-spec.js').ChartSpec} ChartSpec */
/** @typedef {(name: string) => string} Colour */

/** @param {uPlot} u @param {ChartSpec} spec @param {Colour} colour */
export function tintBadSide(u, { threshold }, colour) {
  if (threshold === null) return;
  const { left, top, width, height } = u.bbox;
  const y = Math.min(top + height, Math.max(top, u.valToPos(threshold.value, 'y', true)));
  u.ctx.save();
  u.ctx.fillStyle = colour('--bad-side');
  if (threshold.bad === 'below') u.ctx.fillRect(left, y, width, top + height - y);
  else u.ctx.fillRect(left, top, width, y - top);
  u.ctx.restore();
}

/** @param {uPlot} u @param {ChartSpec} spec @param {Colour} colour */
export function drawThreshold(u, { threshold }, colour) {
  if (threshold === null) return;
  const { left, width } = u.bbox;
  const y = u.valToPos(threshold.value, 'y', true);
  const scale = devicePixelRatio;
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = colour('--objective');
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([5 * scale, 4 * scale]);
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(left + width, y);
  ctx.stroke();
  ctx.restore();
}

/** @param {uPlot} u @param {ChartSpec} spec @param {Colour} colour */
export function drawMarks(u, { marks }, colour) {
  const { left, width, top, height } = u.bbox;
  const scale = devicePixelRatio;
  const { ctx } = u;
  ctx.font = wordsFont();
  const rows = /** @type {{ from: number, to: number }[][]} */ ([[], []]);
  // The newest first: where words have no room left, the older ones' give way. Their lines are all drawn.
  for (const { at, text } of marks.toReversed()) {
    const x = u.valToPos(at / 1000, 'x', true);
    if (x < left || x > left + width) continue;
    ctx.save();
    ctx.strokeStyle = colour('--mark');
    ctx.lineWidth = scale;
    ctx.setLineDash([2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const toLeft = x > left + width / 2;
    const size = ctx.measureText(text).width + 8 * scale;
    const span = toLeft ? { from: x - size, to: x } : { from: x, to: x + size };
    const row = rows.findIndex((taken) => taken.every(({ from, to }) => span.to < from || span.from > to));
    if (row >= 0) {
      rows[row]?.push(span);
      // Over the plot, where no line runs.
      const y = top - (9 + 13 * row) * scale;
      writeOver(ctx, text, x + (toLeft ? -4 : 4) * scale, y, toLeft ? 'right' : 'left', colour);
    }
    ctx.restore();
  }
}

function wordsFont() {
  return `600 ${11 * devicePixelRatio}px system-ui, "Open Sans", sans-serif`;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {CanvasTextAlign} align
 * @param {Colour} colour
 */
function writeOver(ctx, text, x, y, align, colour) {
  const scale = devicePixelRatio;
  ctx.setLineDash([]);
  ctx.font = wordsFont();
  ctx.textAlign = align;
  ctx.lineWidth = 3 * scale;
  ctx.strokeStyle = colour('--card');
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour('--objective');
  ctx.fillText(text, x, y);
}

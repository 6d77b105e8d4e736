/** Numbers and times in words. Times are UTC, as everywhere in Assay. */

/** @typedef {import('../page-state.ts').SloView} SloView */

/** Names of healths, filled by the server's rules. @type {Record<import('../page-state.ts').Headline['health'], string>} */
export const healthWords = {
  breaking: 'Breaking',
  watch: 'Watch',
  healthy: 'Healthy',
  unmeasured: 'No data',
};

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,040` @param {number} value */
export function formatCount(value) {
  return count.format(value);
}

/**
 * `94.2%`, and three decimals beside an objective over 99%, where the first says nothing.
 *
 * @param {number} share
 * @param {number | null} [objective]
 */
export function formatShare(share, objective = null) {
  return `${Number((share * 100).toFixed(objective !== null && objective > 0.99 ? 3 : 1))}%`;
}

/** `92%`: a setting as it was written. @param {number} share */
export function describeObjective(share) {
  return `${Number((share * 100).toPrecision(6))}%`;
}

/** `$0.0312` @param {number} value */
export function formatUsd(value) {
  if (value === 0) return '$0';
  return Math.abs(value) >= 1 ? `$${value.toFixed(2)}` : `$${Number(value.toPrecision(2))}`;
}

/**
 * A value of an SLO in its unit.
 *
 * @param {number} value
 * @param {Pick<SloView, 'unit' | 'objective'>} slo
 */
export function formatValue(value, { unit, objective }) {
  switch (unit) {
    case 'share':
      return formatShare(value, objective);
    case 'usd':
      return formatUsd(value);
    case 'ms':
      return `${count.format(value)} ms`;
    default:
      return `${Number(value.toPrecision(3))} tokens/s`;
  }
}

/**
 * What people should take for the value: of the window that an alarm which is on was drawn over, else of the SLO's own;
 * corrected by people where it is.
 *
 * @param {SloView} slo
 * @returns {number | null}
 */
export function currentValue({ shown }) {
  return shown?.value ?? null;
}

/** `over 24 h`, or of an alarm's window `over 6 h, where the page fired; 91.2% over 24 h`. @param {SloView} slo */
export function describeWindow(slo) {
  const { reading, shown, window } = slo;
  if (reading === null || shown?.alarm === undefined) return `over ${formatDuration(window)}`;
  const whole = reading.calibrated?.value ?? reading.raw.value;
  const rest =
    shown.window === window || whole === null
      ? ''
      : `; ${formatValue(whole, slo)} over ${formatDuration(window)}`;
  return `over ${formatDuration(shown.window)}, where the ${shown.alarm} fired${rest}`;
}

/**
 * The change of the raw SLI against 7 days ago, in points.
 *
 * @param {SloView} slo
 */
export function describeWeekChange({ reading }) {
  const now = reading?.raw.value ?? null;
  const before = reading?.weekBefore ?? null;
  if (now === null || before === null) return 'No data a week ago';
  const points = (now - before) * 100;
  const size = Number(Math.abs(points).toFixed(Math.abs(points) < 0.1 ? 2 : 1));
  if (size === 0) return 'Same as a week ago';
  return `${size} ${size === 1 ? 'point' : 'points'} ${points > 0 ? 'up' : 'down'} on a week ago`;
}

/** `2.3×`, how fast the budget burns. @param {number} burn */
export function formatBurn(burn) {
  return `${burn >= 10 ? burn.toFixed(0) : burn.toFixed(1)}×`;
}

/** `24 h`, `7 d` @param {number} milliseconds */
export function formatDuration(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = minutes / 60;
  if (hours < 48) return `${Number(hours.toFixed(1))} h`;
  return `${Number((hours / 24).toFixed(1))} d`;
}

/** `2026-11-03 09:15 UTC` @param {number} at */
export function formatInstant(at) {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * `09:15 UTC` on the day of `now`, else with its day; what is hours ago says so.
 *
 * @param {number} at
 * @param {number} now
 */
export function describeSince(at, now) {
  const iso = new Date(at).toISOString();
  const sameDay = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  const ago = now - at < 60_000 ? 'just now' : `${formatDuration(now - at)} ago`;
  return `${sameDay ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC (${ago})`;
}

/** `Quality` of `quality` @param {string} word */
export function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Where an SLO's own view is. @param {string} name */
export function sloAddress(name) {
  return `#/slo/${name.split('/').map(encodeURIComponent).join('/')}`;
}

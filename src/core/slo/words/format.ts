import { day, hour, minute, second } from '../../time.ts';

/** Numbers in the words of reasons and messages. */

/** `1,040`; `3.2` under 100, `12,345` over. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded =
    Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3));
  const [whole = '', rest] = String(rounded).split('.');
  if (whole.includes('e')) return String(rounded);
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** `20.4%` of 0.204; three decimals near 0 and under 1, so that 99.95% stays what it is. */
export function formatPercent(ratio: number): string {
  const size = Math.abs(ratio);
  return `${Number((100 * ratio).toFixed(size < 0.01 || (size > 0.99 && size < 1) ? 3 : 1))}%`;
}

/** `6 h`, `30 min`, `7 d`, `1 h 20 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.round(milliseconds / second)} s`;
  if (milliseconds < hour) return `${Math.round(milliseconds / minute)} min`;
  if (milliseconds < 2 * day) {
    const minutes = Math.round(milliseconds / minute);
    const rest = minutes % 60;
    return rest === 0 ? `${minutes / 60} h` : `${(minutes - rest) / 60} h ${rest} min`;
  }
  return `${Number((milliseconds / day).toFixed(1))} d`;
}

/** `1.2e-23` from its natural logarithm, also where the probability is 0 as a double. */
export function formatChance(logProbability: number): string {
  if (logProbability === Number.NEGATIVE_INFINITY) return '0';
  const decimal = logProbability / Math.LN10;
  if (decimal > -2) return Number(Math.exp(logProbability).toPrecision(2)).toString();
  let exponent = Math.floor(decimal);
  let mantissa = Number((10 ** (decimal - exponent)).toFixed(1));
  if (mantissa >= 10) {
    mantissa = 1;
    exponent += 1;
  }
  return `${mantissa}e${exponent}`;
}

/** `2026-11-03 09:15 UTC`. */
export function formatInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A share as a percentage, exact but for the noise of binary fractions: settings are said as they were written. */
export function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}

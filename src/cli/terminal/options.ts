import { InvalidArgumentError, Option } from 'commander';

export interface JsonOptions {
  readonly json?: boolean;
}

export function jsonOption(description = 'print JSON'): Option {
  return new Option('--json', description);
}

/** The port of a page on this machine; 0 takes a free one. */
export function portOption(): Option {
  return new Option('--port <port>', 'port of the page, on 127.0.0.1')
    .argParser(countParser(0, 65_535))
    .default(0, 'a free one');
}

/** A parser of whole numbers from `least`, and up to `most` where that is given. */
export function countParser(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Wanted a whole number from ${least}${Number.isFinite(most) ? ` to ${most}` : ''}.`,
    );
  };
}

/** Over 0 and under 1. */
export function parseShare(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('Wanted a ratio between 0 and 1, such as 0.92.');
  return value;
}

/** Over 0 and up to 1. */
export function parseShareToOne(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1))
    throw new InvalidArgumentError(
      `Wanted a ratio over 0 and up to 1, such as ${value > 1 && value <= 100 ? `${value / 100} for ${value}%` : 0.05}.`,
    );
  return value;
}

export function parsePassMark(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 2 || value > 5)
    throw new InvalidArgumentError('Wanted a whole score from 2 to 5.');
  return value;
}

/** Responses a day, 1 or more. */
export function parseTraffic(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && Number.isFinite(value)))
    throw new InvalidArgumentError('Wanted a number of responses a day, such as 200000.');
  return value;
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `5m` as milliseconds; a minute or more. */
export function parseDuration(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  const ms = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms >= 60_000)) throw new InvalidArgumentError('Wanted a duration of a minute or more, such as 5m.');
  return ms;
}

import { describe, expect, it } from 'vitest';
import { requireInstant } from '#cli/terminal/instant.ts';
import {
  countParser,
  parseDuration,
  parsePassMark,
  parseShare,
  parseShareToOne,
  parseTraffic,
} from '#cli/terminal/options.ts';

describe('values of options', () => {
  it.each([
    ['a count', countParser(1, 5_000), '200', 200],
    ['a share', parseShare, '0.92', 0.92],
    ['a whole share', parseShareToOne, '1', 1],
    ['a pass mark', parsePassMark, '4', 4],
    ['traffic', parseTraffic, '200000', 200_000],
    ['a duration', parseDuration, '5m', 300_000],
  ])('%s is read', (_, parse, text, value) => expect(parse(text)).toBe(value));

  it.each([
    [countParser(1, 5_000), '5001', 'Wanted a whole number from 1 to 5000.'],
    [countParser(0), '-1', 'Wanted a whole number from 0.'],
    [parseShare, '1', 'Wanted a ratio between 0 and 1, such as 0.92.'],
    [parseShareToOne, '0', 'Wanted a ratio over 0 and up to 1, such as 0.05.'],
    [parseShareToOne, '92', 'Wanted a ratio over 0 and up to 1, such as 0.92 for 92%.'],
    [parsePassMark, '1', 'Wanted a whole score from 2 to 5.'],
    [parseTraffic, 'Infinity', 'Wanted a number of responses a day, such as 200000.'],
    [parseDuration, '59s', 'Wanted a duration of a minute or more, such as 5m.'],
  ])('%o refuses %s', (parse, text, message) => expect(() => parse(text)).toThrow(message));
});

describe('an instant', () => {
  it('is UTC where no zone stands', () => {
    expect(requireInstant('--from', '2026-11-03')).toBe(Date.UTC(2026, 10, 3));
    expect(requireInstant('--from', ' 2026-11-03T09:15+01:00')).toBe(Date.UTC(2026, 10, 3, 8, 15));
  });

  it('is asked for by the name of its option', () => {
    expect(() => requireInstant('--from', 'then')).toThrow(
      '--from: wanted an instant such as 2026-11-03T09:15:00Z, got "then".',
    );
  });
});

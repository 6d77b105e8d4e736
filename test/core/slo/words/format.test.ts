import { describe, expect, test } from 'vitest';
import {
  formatChance,
  formatDuration,
  formatInstant,
  formatNumber,
  formatPercent,
} from '#core/slo/words/format.ts';
import { day, hour, minute } from '#core/time.ts';

describe('numbers in words', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [2.5432, '2.54'],
    [312.5, '313'],
    [28_800, '28,800'],
    [1_234_567.8, '1,234,568'],
  ])('%d is %s', (value, words) => expect(formatNumber(value)).toBe(words));

  test.each([
    [0.204, '20.4%'],
    [0.92, '92%'],
    [0.9995, '99.95%'],
    [0.0012, '0.12%'],
    [0.94134, '94.1%'],
    [1.152, '115.2%'],
  ])('%d is %s', (ratio, words) => expect(formatPercent(ratio)).toBe(words));

  test.each([
    [5_000, '5 s'],
    [30 * minute, '30 min'],
    [hour, '1 h'],
    [80 * minute, '1 h 20 min'],
    [day, '24 h'],
    [7 * day, '7 d'],
  ])('%d ms is %s', (milliseconds, words) => expect(formatDuration(milliseconds)).toBe(words));

  test.each([
    [Math.log(0.0306365), '0.031'],
    [Math.log(6.58e-8), '6.6e-8'],
    [Math.log(1e-5), '1e-5'],
    [-2_000, '2.6e-869'],
    [Number.NEGATIVE_INFINITY, '0'],
    [0, '1'],
  ])('ln p = %d is %s', (logProbability, words) => expect(formatChance(logProbability)).toBe(words));

  test('an instant', () =>
    expect(formatInstant(Date.UTC(2026, 10, 3, 9, 15, 20))).toBe('2026-11-03 09:15 UTC'));
});

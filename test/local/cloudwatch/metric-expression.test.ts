import { describe, expect, it } from 'vitest';
import { parseMetricExpression } from '#local/cloudwatch/metric-expression.ts';

const values: Record<string, number | undefined> = { m1: 12, m2: 4, zero: 0, gone: undefined };

function evaluate(text: string): number | undefined | string {
  const parsed = parseMetricExpression(text);
  if (!parsed.ok) return parsed.message;
  return parsed.expression.evaluate({
    value: (id) => values[id],
    metrics: () => Object.values(values),
    repeated: new Map(),
  });
}

const results: Record<string, [string, number | undefined]> = {
  'a ratio of metrics': ['m1/m2', 3],
  'multiplication before addition': ['m1 + m2 * 2', 20],
  'subtraction from the left': ['m1 - m2 - 1', 7],
  'parentheses first': ['(m1 + m2) * 2', 32],
  'a power binds closest and from the right': ['2 ^ 3 ^ 2', 512],
  'a root is a power of a half': ['m2^0.5', 2],
  'a negative is of the whole power': ['-2^2', -4],
  'a negative exponent': ['2^-1', 0.5],
  'a number with an exponent': ['1e3 + .5', 1000.5],
  'a division by zero is missing': ['m1 / zero', undefined],
  'anything with a missing point is missing': ['m1 + gone', undefined],
  'FILL stands in for a missing point': ['FILL(gone, 0) + m1', 12],
  'FILL leaves a present point': ['FILL(m1, 99)', 12],
  'SUM of a list skips what is missing': ['SUM([m1, m2, gone])', 16],
  'SUM of nothing but missing is missing': ['SUM([gone])', undefined],
  'SUM of all metrics': ['SUM(METRICS())', 16],
  'MAX of a list': ['MAX([m1, m2])', 12],
  'MIN of all metrics': ['MIN(METRICS())', 0],
  'AVG of a list': ['AVG([m1, m2])', 8],
  'IF takes the first when the condition holds': ['IF(m1 > m2, 1, 2)', 1],
  'IF takes the second when it does not': ['IF(m1 < m2, 1, 2)', 2],
  'IF without a second is missing': ['IF(zero, 1)', undefined],
  'IF on a missing condition is missing': ['IF(gone > 1, 1, 2)', undefined],
  'comparisons are 1 or 0': ['(m1 >= 12) + (m1 == 12) + (m1 != 12) + (m1 <= 12)', 3],
  'AND and OR join comparisons': ['m1 > 1 AND m2 > 100 OR m2 == 4', 1],
  'a rate that needs enough requests': ['IF(FILL(m1, 0) >= 10, 100 * m2 / m1, 0)', 100 / 3],
};

describe('metric expressions', () => {
  for (const [sentence, [text, expected]] of Object.entries(results)) {
    it(`${sentence}: ${text}`, () => {
      const result = evaluate(text);
      if (typeof expected === 'number') expect(result).toBeCloseTo(expected, 12);
      else expect(result).toBe(undefined);
    });
  }

  it('repeats the last value that was there, and has none before the first', () => {
    const parsed = parseMetricExpression('FILL(m1, REPEAT)');
    if (!parsed.ok) throw new Error(parsed.message);
    const repeated = new Map();
    const read = (value: number | undefined) =>
      parsed.expression.evaluate({ value: () => value, metrics: () => [], repeated });
    expect([undefined, 3, undefined, 4, undefined, undefined].map(read)).toEqual([undefined, 3, 3, 4, 4, 4]);
  });

  it('names the ids it reads', () => {
    const parsed = parseMetricExpression('FILL(m1, 0) / SUM([m2, m3])');
    expect(parsed.ok && [...parsed.expression.ids]).toEqual(['m1', 'm2', 'm3']);
  });
});

const refusals: Record<string, [string, RegExp]> = {
  'a function that CloudWatch has and we do not': ['RATE(m1)', /unsupported function RATE/],
  'a function that CloudWatch lacks': ['SQRT(m1)', /unsupported function SQRT/],
  'SEARCH with its string': ["SEARCH('x', 'Sum', 60)", /unsupported text "'x'/],
  'SUM of one series, which is over time': ['SUM(m1)', /SUM here wants \[a, b, …\] or METRICS\(\)/],
  'FILL by a line': ['FILL(m1, LINEAR)', /unsupported LINEAR/],
  'REPEAT without FILL': ['m1 + REPEAT', /unsupported REPEAT outside FILL/],
  'a list where a value is wanted': ['METRICS() / 2', /a list of metrics outside SUM/],
  'a missing bracket': ['(m1 + m2', /wanted \) before the end/],
  'an operator at the end': ['m1 +', /unexpected end/],
  'two values side by side': ['m1 m2', /unexpected "m2"/],
  'a prototype name as a function': ['constructor(m1)', /unsupported function constructor/],
  'brackets without end': ['('.repeat(2000), /more than 50 levels/],
};

describe('what is not supported is named', () => {
  for (const [sentence, [text, message]] of Object.entries(refusals)) {
    it(sentence, () => {
      expect(evaluate(text)).toMatch(message);
    });
  }
});

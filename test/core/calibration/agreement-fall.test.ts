import { describe, expect, it } from 'vitest';
import { describeFall, findFalls } from '#core/calibration/agreement-fall.ts';
import type { Calibration } from '#core/calibration/calibration.ts';

interface Figures {
  readonly alpha?: number | null;
  readonly slope?: number;
  readonly weightedKappa?: number | null;
  readonly ratings?: number;
  /** Ratings beside the first of a response. */
  readonly second?: number;
  readonly weighted?: true;
}

function calibration({
  alpha = null,
  slope,
  weightedKappa = null,
  ratings = 200,
  second = 20,
  weighted,
}: Figures): Calibration {
  return {
    surface: 'chat',
    rubric: { id: 'helpfulness', version: 1 },
    fingerprint: 'f',
    slope,
    agreement: {
      alpha,
      weightedKappa,
      ratings,
      rated: ratings - second,
      sensitivity: null,
      specificity: null,
      weighted,
    },
  } as Calibration;
}

const falls = (before: Figures | undefined, after: Figures) =>
  findFalls(before && calibration(before), calibration(after)).map((fall) => [
    fall.of,
    fall.before,
    fall.after,
  ]);

describe('agreement', () => {
  it.each<[string, Figures | undefined, Figures, unknown[]]>([
    ['of the raters falls sharply', { alpha: 0.8 }, { alpha: 0.4 }, [['raters', 0.8, 0.4]]],
    ['of the raters moves a little', { alpha: 0.8 }, { alpha: 0.7 }, []],
    ['of the raters is low from the first', undefined, { alpha: -0.3 }, [['raters', null, -0.3]]],
    ['of one pair is low from the first', undefined, { alpha: 0, second: 1 }, []],
    ['of one pair falls sharply', { alpha: 0.8 }, { alpha: 0, second: 1 }, []],
    ['of few raters is low from the first', undefined, { alpha: -0.3, ratings: 6 }, []],
    ['of raters who were alone is low', { alpha: null }, { alpha: 0.1 }, [['raters', null, 0.1]]],
    ['of the judge falls by slope', { slope: 0.54 }, { slope: 0.28 }, [['judge', 0.54, 0.28]]],
    [
      'of the judge falls by kappa alone',
      { weightedKappa: 0.7 },
      { weightedKappa: 0.5 },
      [['judge', 0.7, 0.5]],
    ],
    [
      'of the judge is of a draw, and was of all as they came',
      { weightedKappa: 0.7 },
      { weightedKappa: 0.5, weighted: true },
      [],
    ],
    ['of the judge cannot be compared', { slope: 0.5 }, { weightedKappa: 0.1 }, []],
    ['of the judge is new', undefined, { slope: 0.1 }, []],
    ['rises', { slope: 0.3, alpha: 0.2 }, { slope: 0.8, alpha: 0.9 }, []],
    [
      'falls of both',
      { slope: 0.8, alpha: 0.9 },
      { slope: 0.3, alpha: 0.2 },
      [
        ['raters', 0.9, 0.2],
        ['judge', 0.8, 0.3],
      ],
    ],
  ])('%s', (_, before, after, wanted) => {
    expect(falls(before, after)).toEqual(wanted);
  });

  it('that falls is told with both figures', () => {
    const [fall] = findFalls(calibration({ slope: 0.54 }), calibration({ slope: 0.28 }));
    expect(fall && describeFall(fall)).toBe(
      'The judge agrees less with people with these ratings: agreement of chat/helpfulness@1 (f) was 0.54 and is 0.28.',
    );
  });
});

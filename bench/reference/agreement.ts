import { z } from 'zod';
import { cohenKappa, tabulateAgreement } from '#core/statistics/cohen-kappa.ts';
import { meanAbsoluteError, pearsonCorrelation, spearmanCorrelation } from '#core/statistics/correlation.ts';
import { kendallTau } from '#core/statistics/kendall-tau.ts';
import { krippendorffAlpha, type MeasurementLevel } from '#core/statistics/krippendorff-alpha.ts';
import { comparePairs } from '#core/statistics/paired-comparison.ts';
import { type Families, family, number, numbers, pair } from './family.ts';

const label = z.union([z.number(), z.string(), z.boolean()]);

const kappaFamily = family(
  { a: z.array(label), b: z.array(label), labels: z.array(label) },
  ({ a, b, labels }) => {
    const tabulated = tabulateAgreement(a, b, labels);
    if (!tabulated.ok) return { table: null, kappa: null, kappa_quadratic: null };
    const plain = cohenKappa(tabulated.table, 'plain', 0.95);
    const quadratic = cohenKappa(tabulated.table, 'quadratic', 0.95);
    return {
      table: tabulated.table,
      kappa: plain.ok ? plain.estimate : null,
      kappa_se: plain.ok ? plain.standardError : null,
      kappa_ci95: plain.ok ? pair(plain) : null,
      kappa_quadratic: quadratic.ok ? quadratic.estimate : null,
      kappa_quadratic_se: quadratic.ok ? quadratic.standardError : null,
      kappa_quadratic_ci95: quadratic.ok ? pair(quadratic) : null,
    };
  },
);

const correlationFamily = family({ x: numbers, y: numbers }, ({ x, y }) => {
  const spearman = spearmanCorrelation(x, y, 0.95);
  const kendall = kendallTau(x, y, 0.95);
  const pearson = pearsonCorrelation(x, y, 0.95);
  const error = meanAbsoluteError(x, y);
  return {
    spearman: spearman.ok ? spearman.estimate : null,
    kendall_b: kendall.ok ? kendall.estimate : null,
    pearson: pearson.ok ? pearson.estimate : null,
    mae: error.ok ? error.estimate : null,
  };
});

function alphas(
  ratingsByRater: readonly (readonly (string | number | null)[])[],
  domain: readonly unknown[] | null,
) {
  const isNumeric = ratingsByRater.flat().every((rating) => rating === null || typeof rating === 'number');
  const names = domain ?? [...new Set(ratingsByRater.flat())].sort();
  const units = Array.from({ length: Math.max(0, ...ratingsByRater.map((row) => row.length)) }, (_, unit) =>
    ratingsByRater.flatMap((row) => {
      const rating = row[unit] ?? null;
      if (rating === null) return [];
      return typeof rating === 'number' && isNumeric ? rating : names.indexOf(rating);
    }),
  );
  const at = (level: MeasurementLevel) => {
    const alpha = krippendorffAlpha(units, level, 0.95);
    return alpha.ok ? alpha.estimate : null;
  };
  return { nominal: at('nominal'), ordinal: at('ordinal'), interval: at('interval') };
}

export const agreement: Families = {
  cohen_kappa: kappaFamily,
  cohen_kappa_degenerate: kappaFamily,
  correlation: correlationFamily,
  correlation_degenerate: correlationFamily,
  krippendorff_alpha: family(
    {
      ratings_by_rater: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
      value_domain: z.array(z.unknown()).nullish(),
    },
    ({ ratings_by_rater, value_domain }) => alphas(ratings_by_rater, value_domain ?? null),
  ),
  paired_compare: family({ both: number, onlyOld: number, onlyNew: number, neither: number }, (counts) => {
    const found = comparePairs(counts, 0.95);
    if (!found.ok) return { difference: null, lower: null, upper: null, p: null };
    const { difference, lower, upper, probability } = found;
    return { difference, lower, upper, p: probability };
  }),
};

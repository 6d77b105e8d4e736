import { requireCount, requireSameLength } from './checks.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { sum } from './sums.ts';

/** Rows: categories of the first rater; columns: of the second, in one order; entries: how many units, or their weight. */
export type AgreementTable = readonly (readonly number[])[];

/** How much a disagreement counts: each alike, or by the square of the distance in the category list. */
export type KappaWeighting = 'plain' | 'quadratic';

/** Cohen's kappa with its normal interval, which is not clipped to [-1, 1]. */
export interface Kappa extends Interval {
  estimate: number;
  standardError: number;
}

/**
 * Cross-tabulates two raters over a category list in its order, unused categories included.
 *
 * Not computable where a rating is not in the list (a median between two categories, say). Unpaired lists: RangeError.
 * `weights`, one a unit, are 1 / the probability that it was drawn; `squares` sums up their squares.
 * `tabulateAgreement([1, 2, 2], [1, 1, 2], [1, 2, 3])` has table [[1, 0, 0], [1, 1, 0], [0, 0, 0]].
 */
export function tabulateAgreement<Category>(
  first: readonly Category[],
  second: readonly Category[],
  categories: readonly Category[],
  weights?: readonly number[],
): Computed<{ table: number[][]; squares?: number[][] }> {
  requireSameLength('ratings of the first rater', first, 'of the second', second);
  if (weights !== undefined) requireSameLength('ratings', first, 'weights', weights);
  const places = new Map(categories.map((category, place) => [category, place]));
  const table = categories.map(() => categories.map(() => 0));
  const squares = categories.map(() => categories.map(() => 0));
  for (const [unit, category] of first.entries()) {
    const row = table[places.get(category) ?? -1];
    const column = places.get(second[unit] as Category);
    if (row === undefined || column === undefined) {
      const outside = row === undefined ? category : second[unit];
      return notComputable(
        `the rating ${String(outside)} is not among the categories ${categories.join(', ')}`,
      );
    }
    const weight = weights?.[unit] ?? 1;
    requireCount('a weight', weight);
    row[column] = (row[column] ?? 0) + weight;
    const squaresOfRow = squares[places.get(category) ?? -1];
    if (squaresOfRow !== undefined) squaresOfRow[column] = (squaresOfRow[column] ?? 0) + weight * weight;
  }
  return { ok: true, table, ...(weights !== undefined && { squares }) };
}

interface Margins {
  units: number;
  rows: number[];
  columns: number[];
}

/**
 * Cohen's kappa of two raters: agreement beyond chance, 1 at best, 0 for chance.
 *
 * `table` is square; the quadratic form weighs by place in the list. `confidence` strictly between 0 and 1.
 * Not computable for an empty table or where both raters used one and the same category only (0/0).
 * Sources: J. Cohen 1960 and 1968; standard error J. L. Fleiss, J. Cohen and B. S. Everitt 1969, Psych. Bulletin 72.
 * Of a weighted table `squares` are the sums of squared weights, and the standard error is that of a draw with those chances
 * (the same influence of each unit, by its weight squared).
 * [[19, 3], [28, 250]]: kappa .500859, standard error .075023.
 */
export function cohenKappa(
  table: AgreementTable,
  weighting: KappaWeighting,
  confidence: number,
  squares: AgreementTable = table,
): Computed<Kappa> {
  const z = twoSidedQuantile(confidence);
  const margins = marginsOf(table);
  if (margins.units === 0) return notComputable('no unit was rated by both');
  const disagreement = (row: number, column: number) =>
    disagreementWeight(weighting, row, column, table.length);
  let observed = 0;
  let expected = 0;
  forEachCell(table, (count, row, column) => {
    const weight = disagreement(row, column);
    observed += weight * count;
    expected += weight * (margins.rows[row] ?? 0) * (margins.columns[column] ?? 0);
  });
  if (expected === 0) return notComputable('both raters used one and the same category only');
  const estimate = 1 - (observed * margins.units) / expected;
  const expectedDisagreement = expected / margins.units ** 2;
  const standardError = kappaError(squares, margins, disagreement, estimate, expectedDisagreement);
  const reach = z * standardError;
  return { ok: true, estimate, standardError, lower: estimate - reach, upper: estimate + reach };
}

/** The Fleiss-Cohen-Everitt standard error of a kappa, weighted by agreement 1 - disagreement. */
function kappaError(
  squares: AgreementTable,
  { units, rows, columns }: Margins,
  disagreement: (row: number, column: number) => number,
  kappa: number,
  expectedDisagreement: number,
): number {
  const agreementOfRow = rows.map(
    (_, row) => sum(columns.map((count, column) => count * (1 - disagreement(row, column)))) / units,
  );
  const agreementOfColumn = columns.map(
    (_, column) => sum(rows.map((count, row) => count * (1 - disagreement(row, column)))) / units,
  );
  const centre = kappa - (1 - expectedDisagreement) * (1 - kappa);
  let total = 0;
  forEachCell(squares, (square, row, column) => {
    const byChance = (agreementOfRow[row] ?? 0) + (agreementOfColumn[column] ?? 0);
    total += square * (1 - disagreement(row, column) - byChance * (1 - kappa) - centre) ** 2;
  });
  return Math.sqrt(total) / (units * expectedDisagreement);
}

function disagreementWeight(
  weighting: KappaWeighting,
  row: number,
  column: number,
  categories: number,
): number {
  if (row === column) return 0;
  return weighting === 'plain' ? 1 : ((row - column) / (categories - 1)) ** 2;
}

function marginsOf(table: AgreementTable): Margins {
  const columns = table.map(() => 0);
  forEachCell(table, (count, _, column) => {
    columns[column] = (columns[column] ?? 0) + count;
  });
  return { units: sum(columns), rows: table.map(sum), columns };
}

function forEachCell(
  table: AgreementTable,
  visit: (count: number, row: number, column: number) => void,
): void {
  for (const [row, counts] of table.entries()) {
    if (counts.length !== table.length) {
      throw new RangeError(
        `an agreement table must be square, but row ${row} has ${counts.length} of ${table.length} columns`,
      );
    }
    for (const [column, count] of counts.entries()) visit(count, row, column);
  }
}

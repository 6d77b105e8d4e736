/*
 * npm run reference FILE: checks the statistics library against reference values.
 * FILE is JSON: {"cases": [{"id", "family", "input", "expected", "tol", "note"?}]}.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { betaQuantile, regularizedBeta } from '#core/statistics/beta.ts';
import { binomialCriticalPasses, binomialLowerTail } from '#core/statistics/binomial.ts';
import { burnRate } from '#core/statistics/burn-rate.ts';
import { cohenKappa, tabulateAgreement } from '#core/statistics/cohen-kappa.ts';
import { meanAbsoluteError, pearsonCorrelation, spearmanCorrelation } from '#core/statistics/correlation.ts';
import { gatherEvidence, meanEvidence } from '#core/statistics/detector.ts';
import { differenceThreshold } from '#core/statistics/difference-threshold.ts';
import { logGamma } from '#core/statistics/gamma.ts';
import { kendallTau } from '#core/statistics/kendall-tau.ts';
import { krippendorffAlpha, type MeasurementLevel } from '#core/statistics/krippendorff-alpha.ts';
import { labelShiftThreshold } from '#core/statistics/label-shift-threshold.ts';
import { moverWilson } from '#core/statistics/mover.ts';
import { normalLowerTail, normalQuantile } from '#core/statistics/normal.ts';
import type { Interval } from '#core/statistics/outcome.ts';
import { postStratifiedRate } from '#core/statistics/post-stratified.ts';
import {
  type NormalEstimate,
  predictionPoweredMean,
  summarizePasses,
  summarizeScores,
} from '#core/statistics/prediction-powered.ts';
import {
  clopperPearsonInterval,
  jeffreysInterval,
  wilsonInterval,
} from '#core/statistics/proportion-interval.ts';
import { langReiczigel, roganGladen, roganGladenFieller } from '#core/statistics/rogan-gladen.ts';

type Fields = Record<string, unknown>;

const caseSchema = z.object({
  id: z.string(),
  family: z.string(),
  input: z.record(z.string(), z.unknown()),
  expected: z.record(z.string(), z.unknown()),
  tol: z.number().nonnegative().default(1e-9),
  note: z.string().default(''),
});
const fileSchema = z.object({ cases: z.array(caseSchema).min(1) });
type ReferenceCase = z.infer<typeof caseSchema>;

/** Where the estimate of a correction is refused, the file says either null or an error. */
const REFUSED: Fields = { theta: null, error: true };

const number = z.number();
const numbers = z.array(number);
const label = z.union([z.number(), z.string(), z.boolean()]);
const confusion = { tp: number, fn: number, fp: number, tn: number };

function family<Shape extends z.ZodRawShape>(
  shape: Shape,
  compute: (input: z.infer<z.ZodObject<Shape>>) => Fields,
): (input: unknown) => Fields {
  return (input) => compute(z.object(shape).parse(input) as z.infer<z.ZodObject<Shape>>);
}

function pair({ lower, upper }: Interval): [number, number] {
  return [lower, upper];
}

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

function normalFields({ estimate, lower, upper }: NormalEstimate): Fields {
  return { theta: estimate, ci: [lower, upper] };
}

const ppiFamily = family(
  {
    Y: numbers,
    F: numbers,
    F_unlabeled: numbers.nullish(),
    F_unlabeled_counts: z.object({ n: number, sum: number }).nullish(),
    w: numbers.nullish(),
    conf: number,
  },
  (input) => {
    const counts = input.F_unlabeled_counts;
    const unrated = counts ? summarizePasses(counts.sum, counts.n) : summarizeScores(input.F_unlabeled ?? []);
    const weights = input.w ?? undefined;
    const none = { theta: null, ci: [null, null] };
    const result = predictionPoweredMean({ ratings: input.Y, scores: input.F, unrated, weights }, input.conf);
    if (!result.ok) return { ppi: none, ppi_pp: none, classical: none, lambda: null };
    return {
      ppi: normalFields(result.ppi),
      classical: normalFields(result.classical),
      ppi_pp: result.tuned.ok ? normalFields(result.tuned) : none,
      lambda: result.tuned.ok ? result.tuned.lambda : null,
    };
  },
);

const postStratifiedFamily = family(
  { N_by_score: numbers, rated_by_score: numbers, human_pass_by_score: numbers, conf: number },
  (input) => {
    const strata = input.N_by_score.map((judged, i) => ({
      judged,
      rated: input.rated_by_score[i] ?? 0,
      passed: input.human_pass_by_score[i] ?? 0,
    }));
    const rate = postStratifiedRate({ strata }, input.conf);
    return {
      theta: rate.ok ? rate.estimate : null,
      var_W: rate.ok ? rate.weightVariance : null,
      ci_mover_wilson: pair(rate),
      ci_mover_wilson_fixedW: rate.ok ? pair(rate.fixedWeights) : pair(rate),
    };
  },
);

const differenceFamily = family(
  {
    strata: z.array(
      z.object({ judge_pass: z.union([number, z.boolean()]), N: number, n: number, h: number }),
    ),
    p0: number,
    conf: number,
  },
  ({ strata, p0, conf }) => {
    const verdicts = strata.map(({ judge_pass, N, n, h }) => ({
      judgePass: Boolean(judge_pass),
      judged: N,
      rated: n,
      passed: h,
    }));
    const found = differenceThreshold({ strata: verdicts }, p0, conf);
    return {
      judge_rate_cal: found.ok ? found.judgeRate : null,
      human_rate_cal: found.ok ? found.humanRate : null,
      delta: found.ok ? found.difference : null,
      q_star: found.ok ? found.threshold : null,
      q_star_lower: found.ok ? found.lower : null,
      q_star_upper: found.ok ? found.upper : null,
    };
  },
);

const labelShiftFamily = family(
  {
    N_fail: number,
    n_fail: number,
    h_fail: number,
    N_pass: number,
    n_pass: number,
    h_pass: number,
    p0: number,
    conf: number,
  },
  (input) => {
    const judgeFailed = { judged: input.N_fail, rated: input.n_fail, passed: input.h_fail };
    const judgePassed = { judged: input.N_pass, rated: input.n_pass, passed: input.h_pass };
    const found = labelShiftThreshold({ judgeFailed, judgePassed }, input.p0, input.conf);
    return {
      q_star: found.ok ? found.threshold : null,
      q_star_lower: found.ok ? found.lower : null,
      tpr: found.ok ? found.sensitivity : null,
      fpr: found.ok ? found.falsePassRate : null,
      J: found.ok ? found.slope : null,
    };
  },
);

const detectorFamily = family(
  {
    batches_pass_fail: z.array(z.tuple([number, number])),
    m: number,
    alternatives: numbers,
    weights: numbers,
    restart_every: z.number().int().positive(),
    cap: number.nullish(),
  },
  (input) => {
    const plan = {
      threshold: input.m,
      alternatives: input.alternatives,
      weights: input.weights,
      cap: input.cap ?? Number.MAX_VALUE,
    };
    let evidence = input.alternatives.map(() => 0);
    const M = input.batches_pass_fail.map(([passes, fails], batch) => {
      evidence = gatherEvidence(plan, evidence, {
        passes,
        fails,
        restart: batch % input.restart_every === 0,
      });
      return meanEvidence(plan, evidence);
    });
    return { M };
  },
);

const langReiczigelFamily = family(
  { AP: number, nP: number, Se: number, nSe: number, Sp: number, nSp: number, conf: number },
  ({ AP, nP, Se, nSe, Sp, nSp, conf }) => {
    const rates = {
      apparent: AP,
      judged: nP,
      sensitivity: Se,
      ratedPasses: nSe,
      specificity: Sp,
      ratedFails: nSp,
    };
    const found = langReiczigel(rates, conf);
    if (!found.ok) return { estimate: null, ci: null };
    // The reference clips its estimate from below only.
    return { estimate: Math.max(0, found.unclipped), ci: pair(found) };
  },
);

const FAMILIES: Record<string, (input: unknown) => Fields> = {
  lgamma: family({ x: number }, ({ x }) => ({ v: logGamma(x) })),
  betainc: family({ a: number, b: number, x: number }, ({ a, b, x }) => ({
    I: regularizedBeta({ a, b }, x),
  })),
  betaincinv: family({ a: number, b: number, p: number }, ({ a, b, p }) => ({
    x: betaQuantile({ a, b }, p),
  })),
  norm_cdf: family({ z: number }, (input) => ({ p: normalLowerTail(input.z) })),
  norm_ppf: family({ p: number }, ({ p }) => ({ z: normalQuantile(p) })),
  binom_test_less: family({ k: number, n: number, p0: number }, ({ k, n, p0 }) => {
    const tail = binomialLowerTail({ passes: k, events: n }, p0);
    return { p: tail.probability, logp: tail.logProbability };
  }),
  binom_critical_less: family({ n: number, p0: number, alpha: number }, ({ n, p0, alpha }) => {
    const critical = binomialCriticalPasses({ events: n, passChance: p0, alpha });
    const tail = (passes: number) =>
      passes < 0 ? 0 : binomialLowerTail({ passes, events: n }, p0).probability;
    return { k_crit: critical, p_at_k: tail(critical), p_at_k_plus_1: tail(critical + 1) };
  }),
  burn_rate: family({ target: number, error_rate: number }, ({ target, error_rate }) => {
    const rate = burnRate(error_rate, target);
    return { burn: rate.ok ? rate.burn : null, max_burn: rate.ok ? rate.maxBurn : null };
  }),
  proportion_ci: family({ k: number, n: number, conf: number }, ({ k, n, conf }) => {
    const tally = { passes: k, events: n };
    return {
      wilson: pair(wilsonInterval(tally, conf)),
      clopper_pearson: pair(clopperPearsonInterval(tally, conf)),
      jeffreys: pair(jeffreysInterval(tally, conf)),
    };
  }),
  mover_wilson_difference: family(
    { terms: z.array(z.object({ w: number, k: number, n: number })), conf: number },
    ({ terms, conf }) => {
      const found = moverWilson(
        terms.map(({ w, k, n }) => ({ weight: w, passes: k, events: n })),
        conf,
      );
      return { estimate: found.ok ? found.estimate : null, ci: found.ok ? pair(found) : null };
    },
  ),
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
  poststratified_mover: postStratifiedFamily,
  rogan_gladen: family(
    { ...confusion, judge_pass: number, N: number },
    ({ tp, fn, fp, tn, judge_pass, N }) => {
      const counts = { truePass: tp, falseFail: fn, falsePass: fp, trueFail: tn };
      const found = roganGladen({ confusion: counts, judgePasses: judge_pass, judged: N });
      return found.ok ? { theta: found.estimate, error: false } : REFUSED;
    },
  ),
  rogan_gladen_fieller: family({ ...confusion, x: number, N: number, conf: number }, (input) => {
    const counts = { truePass: input.tp, falseFail: input.fn, falsePass: input.fp, trueFail: input.tn };
    const rate = { confusion: counts, judgePasses: input.x, judged: input.N };
    const found = roganGladenFieller(rate, input.conf);
    return { state: found.state, ci: pair(found) };
  }),
  lang_reiczigel: langReiczigelFamily,
  ppi_mean: ppiFamily,
  difference_threshold: differenceFamily,
  rg_threshold_stratified: labelShiftFamily,
  sr_e_detector: detectorFamily,
};

/** A few dozen roundings of a double: large values cannot agree more closely than this, whatever the tolerance says. */
const ROUNDING = 64 * Number.EPSILON;

/** Below this p-values lose their digits: they are as good as equal. */
const SMALLEST_P = 1e-300;

/** P-values are compared relatively, and whatever the case's note names so ("relative tolerance 1e-9 on p"). */
function isRelative(field: string, { note }: ReferenceCase): boolean {
  if (/^p(_|$)/.test(field)) return !/absolute/.test(note);
  const named = /relative tolerance(?: \S+)? on (\w+)/.exec(note);
  return named === null ? /relative/.test(note) : named[1] === field;
}

function isNear(expected: number, got: number, tolerance: number, relative: boolean): boolean {
  const distance = Math.abs(expected - got);
  if (distance <= ROUNDING * Math.abs(expected)) return true;
  if (!relative) return distance <= tolerance;
  return (
    distance <= tolerance * Math.abs(expected) || Math.max(Math.abs(expected), Math.abs(got)) < SMALLEST_P
  );
}

function matches(expected: unknown, got: unknown, tolerance: number, relative: boolean): boolean {
  if (typeof expected === 'number' && typeof got === 'number')
    return isNear(expected, got, tolerance, relative);
  if (Array.isArray(expected) && Array.isArray(got)) {
    return (
      expected.length === got.length &&
      expected.every((entry, i) => matches(entry, got[i], tolerance, relative))
    );
  }
  if (isFields(expected) && isFields(got)) {
    return Object.keys(expected).every((key) => matches(expected[key], got[key], tolerance, relative));
  }
  return expected === got;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The failures of a case, a line each; none where it passes. */
function failuresOf(reference: ReferenceCase): string[] {
  const compute = FAMILIES[reference.family];
  if (compute === undefined) {
    return [
      `${reference.id}: unknown family "${reference.family}"; known are ${Object.keys(FAMILIES).join(', ')}: correct the name or add the family to bench/reference.ts`,
    ];
  }
  let got: Fields;
  try {
    got = compute(reference.input);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return [`${reference.id}: its input cannot be computed: ${reason}`];
  }
  return Object.entries(reference.expected).flatMap(([field, expected]) => {
    const wanted = field === 'error' ? Boolean(expected) : expected;
    if (matches(wanted, got[field], reference.tol, isRelative(field, reference))) return [];
    const kind = isRelative(field, reference) ? 'relative' : 'absolute';
    return [
      `${reference.id} ${field}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got[field]) ?? 'no such field'} (${kind} tolerance ${reference.tol})`,
    ];
  });
}

function readCases(path: string): ReferenceCase[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `wanted a readable reference file, but "${path}" is not: ${String(error)}. Check the path.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`wanted JSON in "${path}", but ${String(error)}. Write it anew or fix that place.`);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      `wanted {"cases": [{"id", "family", "input", "expected", "tol"}]} in "${path}", but:\n${z.prettifyError(parsed.error)}\nCorrect these entries.`,
    );
  }
  return parsed.data.cases;
}

/** Runs a reference file and returns the exit code. */
function main(args: readonly string[]): number {
  const [path] = args;
  if (path === undefined || args.length > 1) {
    console.error(`wanted one reference file, got ${args.length} arguments. Run: npm run reference FILE`);
    return 1;
  }
  let cases: ReferenceCase[];
  try {
    cases = readCases(path);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
  const summary = new Map<string, { passed: number; total: number }>();
  for (const reference of cases) {
    const failures = failuresOf(reference);
    for (const failure of failures) console.log(`FAIL ${failure}`);
    const line = summary.get(reference.family) ?? { passed: 0, total: 0 };
    line.total += 1;
    if (failures.length === 0) line.passed += 1;
    summary.set(reference.family, line);
  }
  const passed = [...summary.values()].reduce((count, line) => count + line.passed, 0);
  for (const [name, line] of summary) console.log(`${name.padEnd(26)} ${line.passed} of ${line.total}`);
  console.log(`${'all'.padEnd(26)} ${passed} of ${cases.length}`);
  return passed === cases.length ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));

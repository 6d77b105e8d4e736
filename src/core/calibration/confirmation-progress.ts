import type { RatingBatch } from '../rating/batch.ts';
import {
  type ConfirmationDesign,
  type ConfirmationStratum,
  confirmationEvidence,
  confirmingEvidence,
  startConfirmation,
  stepConfirmation,
} from '../statistics/confirmation.ts';
import type { JudgedPopulation, VerdictStratum } from '../statistics/strata.ts';
import { ceilTo, day, floorTo, hour, minute } from '../time.ts';
import type { ConfirmingCounts } from './calibration.ts';

/** People are asked about a warning for so long; then the judge's word stands alone again. */
export const confirmationLasts = 7 * day;

/** Responses of one batch, and the time between two: what a few people rate in a day. */
export const confirmationBatch = 100;
const betweenBatches = day;

/** A batch is drawn of so many judged responses, or after a while of fewer. */
const wantedPool = 200;
const leastPool = 50;
const poolTimeout = 6 * hour;

/** Verdicts of an hour's last responses come some minutes later. */
const verdictsLag = 10 * minute;

/** Where no calibration says otherwise: people fail half of what the judge fails and 1 in 20 of what it passes. */
const usualFailShares = { failed: 0.5, passed: 0.05 };

/** A batch that was drawn by itself, and what was fixed before it. */
export interface ConfirmationRound {
  readonly batch: string;
  /** The responses' times, epoch milliseconds; `to` not included. */
  readonly from: number;
  readonly to: number;
  /** By the judge's score. */
  readonly strata: readonly (ConfirmationStratum & { readonly score: number })[];
}

/** What people are asked about one warning: plain JSON. */
export interface ConfirmationProgress {
  /** Since when the warning stands, epoch milliseconds. */
  readonly since: number;
  /** A valid calibration stood at the warning and is used, as it was, until this ends. */
  readonly freezes: boolean;
  readonly rounds: readonly ConfirmationRound[];
  /** People have confirmed the warning: nobody is asked any more, and the calibration takes their ratings in. */
  readonly confirmed?: boolean | undefined;
}

/**
 * What people are asked after a tick: it begins with a warning and ends with it, or after {@link confirmationLasts}; the remains of
 * one that ended by time stay, without rounds, so that the same warning does not begin another.
 */
export function continueConfirmation(
  progress: ConfirmationProgress | undefined,
  warnedAt: number | undefined,
  { isCalibrated, evidence }: { readonly isCalibrated: boolean; readonly evidence: number },
  now: number,
): ConfirmationProgress | undefined {
  if (warnedAt === undefined) return undefined;
  if (progress?.since !== warnedAt) return { since: warnedAt, freezes: isCalibrated, rounds: [] };
  if (isOver(progress, now)) return { ...progress, rounds: [] };
  return evidence >= confirmingEvidence && progress.confirmed !== true
    ? { ...progress, confirmed: true }
    : progress;
}

function isOver({ since }: ConfirmationProgress, now: number): boolean {
  return now - since >= confirmationLasts;
}

/**
 * The window that the next batch is to be drawn from, if one is due: whole hours after the warning and after the last
 * batch. Epoch milliseconds.
 *
 * @param judged how many responses were judged in a window
 */
export function dueWindow(
  progress: ConfirmationProgress,
  judged: (from: number, to: number) => number,
  now: number,
): { readonly from: number; readonly to: number } | undefined {
  if (isOver(progress, now) || progress.confirmed === true) return undefined;
  const last = progress.rounds.at(-1);
  const from = last?.to ?? ceilTo(progress.since, hour);
  const to = floorTo(now - verdictsLag, hour);
  if (to <= from || (last !== undefined && to - last.to < betweenBatches)) return undefined;
  const pool = judged(from, to);
  return pool >= wantedPool || (pool >= leastPool && to - from >= poolTimeout) ? { from, to } : undefined;
}

/** Fixes the shares, chances and expected fails of a drawn batch, before anybody rates it. */
export function roundOf(
  batch: Pick<RatingBatch, 'id' | 'from' | 'to' | 'cells'>,
  passMark: number,
  population: JudgedPopulation<VerdictStratum> | undefined,
): ConfirmationRound {
  const drawn = batch.cells.filter((cell) => cell.drawn > 0);
  const judgedInAll = drawn.reduce((sum, cell) => sum + cell.judged, 0);
  const drawnInAll = drawn.reduce((sum, cell) => sum + cell.drawn, 0);
  return {
    batch: batch.id,
    from: batch.from,
    to: batch.to,
    strata: drawn.map((cell) => ({
      score: cell.score,
      weight: cell.judged / judgedInAll,
      drawChance: cell.drawn / drawnInAll,
      failShare: failShare(population, cell.score >= passMark),
    })),
  };
}

function failShare(population: JudgedPopulation<VerdictStratum> | undefined, judgePass: boolean): number {
  const own = (population?.strata ?? []).filter((stratum) => stratum.judgePass === judgePass);
  const rated = own.reduce((sum, stratum) => sum + stratum.rated, 0);
  const passed = own.reduce((sum, stratum) => sum + stratum.passed, 0);
  if (rated === 0) return usualFailShares[judgePass ? 'passed' : 'failed'];
  return (rated - passed + 0.5) / (rated + 1);
}

/**
 * People's evidence against the objective since the warning: E, 1 at its start, 100 confirms. Undefined before the
 * first rating, and where the draw allows no bet.
 *
 * @param counts by batch and judge's score, what people said
 */
export function measureEvidence(
  { rounds }: ConfirmationProgress,
  objective: number,
  counts: ConfirmingCounts,
): { readonly evidence: number; readonly ratings: number } | undefined {
  let state: ReturnType<typeof startConfirmation> | undefined;
  for (const { batch, strata } of rounds) {
    const design: ConfirmationDesign = { strata, objective };
    state ??= startConfirmation(design);
    if (!state.ok) return undefined;
    for (const [stratum, { score }] of strata.entries()) {
      const { rated = 0, failed = 0 } = counts[batch]?.[score] ?? {};
      for (let rating = 0; rating < rated; rating += 1)
        state = {
          ok: true,
          state: stepConfirmation(design, state.state, { stratum, failed: rating < failed }),
        };
    }
  }
  if (state === undefined || !state.ok || state.state.ratings === 0) return undefined;
  return { evidence: confirmationEvidence(state.state), ratings: state.state.ratings };
}

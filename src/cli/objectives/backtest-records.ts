import { countOf } from '#core/count-of.ts';
import { RecordHistory } from '#core/series/record-history.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { oneLine } from '../terminal/text.ts';
import { readRecordsFile, readVerdictsFile } from './backtest-files.ts';
import { type HistoryOptions, healthUntil, type Replayable } from './backtest-input.ts';

export interface RecordHistoryOptions extends HistoryOptions {
  readonly verdicts?: string;
  readonly passMark?: number;
}

/** Reads records, and verdicts where they are given, into what the evaluator sees. @throws CliError */
export async function readRecordHistories(
  responses: string,
  { verdicts, surface, objective, passMark, healthyUntil }: RecordHistoryOptions,
  root: string,
): Promise<Replayable> {
  const catalogue = await requireCatalogue(root);
  const recorded =
    verdicts === undefined ? { scores: new Map(), refused: [] } : await readVerdictsFile(verdicts);
  const history = new RecordHistory(catalogue, recorded.scores, { objective, passMark });
  const refused = [...recorded.refused, ...(await readRecordsFile(responses, history, surface))];
  const { histories, skipped } = history.histories();
  const health = healthUntil(healthyUntil);
  const notes: string[] = [];
  if (verdicts === undefined)
    notes.push('Without --verdicts FILE only the SLOs that need no judge are replayed.');
  else if (history.withoutResponse > 0 && surface === undefined)
    notes.push(
      `${countOf(history.withoutResponse, 'verdict')} of responses that are not in ${responses} ${history.withoutResponse === 1 ? 'was' : 'were'} left out.`,
    );
  if (history.unusable.size > 0) {
    const [[id, reason] = ['', '']] = history.unusable;
    notes.push(
      `${countOf(history.unusable.size, 'verdict')} could not be used; that of ${oneLine(id)}, for one, ${reason}.`,
    );
  }
  if (histories.some(({ slo }) => slo.calibration === 'required'))
    notes.push(
      "The judge's SLOs are replayed without human ratings, so nothing over a ticket starts. Replay with ratings: npx assay run --responses … --judge recorded:… --ratings …",
    );
  if (skipped.length > 0)
    notes.push(
      `Left out, for records alone do not tell them: ${skipped.map(sloName).join(', ')}. "npx assay run" replays them too.`,
    );
  return { inputs: histories.map((each) => ({ ...each, isHealthy: health })), refused, notes };
}

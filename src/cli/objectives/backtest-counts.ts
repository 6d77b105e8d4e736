import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { knownRateSlo } from '#core/slo/definition/known-rate.ts';
import { expectedEventsPerDay } from '#core/slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { BacktestInput } from '#core/slo/replay/backtest.ts';
import type { CountHistory } from '#core/slo/replay/read-counts.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { day } from '#core/time.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { CliError, FileFaultError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';
import { readCountsFile, readRows } from './backtest-files.ts';
import { type HistoryOptions, healthUntil, longestHistory, type Replayable } from './backtest-input.ts';

/** Reads a counts file into what the evaluator sees. @throws CliError where it cannot be replayed, with what to do */
export async function readCountHistories(
  file: string,
  { objective, surface, healthyUntil }: HistoryOptions,
  root: string,
): Promise<Replayable> {
  const reader = await readCountsFile(file);
  const refused = reader.faults.map((fault) => ({ file, ...fault }));
  if (reader.span !== undefined && reader.span.to.at - reader.span.from.at > longestHistory) {
    const { from, to } = reader.span;
    throw new FileFaultError(
      `${file} goes from ${formatInstant(from.at)} (line ${from.line}) to ${formatInstant(to.at)} (line ${to.line}). Wanted at most ${longestHistory / day} days: look for a mistyped year, or cut the file.`,
    );
  }
  const all = reader.histories();
  const histories = all.filter((history) => surface === undefined || history.surface === surface);
  if (all.length > 0 && histories.length === 0)
    throw new CliError(
      `--surface ${oneLine(surface ?? '')}: the file has no such surface; it has ${listed(all.map((each) => each.surface))}.`,
    );
  if (healthyUntil !== undefined && histories.some(({ isHealthy }) => isHealthy !== undefined))
    throw new CliError(
      'The file says itself when the service was healthy (its column "healthy"). Leave --healthy-until out.',
    );
  const repeated = reader.countRepeated();
  const notes =
    repeated > 0 ? [`${repeated} lines name a bucket that their series had before; they were added up.`] : [];
  if (histories.length === 0) return { inputs: [], refused, notes };
  const named =
    objective === undefined
      ? cataloguedSlos(histories, await requireCatalogue(root))
      : await knownRates(histories, objective, root, notes);
  const health = healthUntil(healthyUntil);
  const inputs = named.map(({ history, slo, context }) => ({
    slo,
    series: history.series,
    context,
    isHealthy: history.isHealthy ?? health,
  }));
  return { inputs, refused, notes };
}

interface NamedHistory {
  readonly history: CountHistory;
  readonly slo: Slo;
  readonly context: BacktestInput['context'];
}

/** A series without an SLO of its own: its usual traffic is what the history has. */
async function knownRates(
  histories: readonly CountHistory[],
  objective: number,
  root: string,
  notes: string[],
): Promise<NamedHistory[]> {
  const rows = await readRows(root);
  return histories.map((history) => {
    const { series, slo: id, surface } = history;
    const { slo, leftOut } = knownRateSlo({ id, surface }, objective, rows);
    // The same for every series, so it is said once.
    for (const message of leftOut.map((each) => each.replaceAll(` of ${surface}/${id}`, '')))
      if (!notes.includes(message)) notes.push(message);
    const { start = 0, end = 0 } = series;
    const days = Math.max(1, (end - start) / day);
    return { history, slo, context: { expectedPerDay: series.between(start, end).total / days } };
  });
}

function cataloguedSlos(histories: readonly CountHistory[], catalogue: Catalogue): NamedHistory[] {
  const unknown: string[] = [];
  const named = histories.flatMap((history): NamedHistory[] => {
    const name = sloName({ id: history.slo, surface: history.surface });
    const slo = findSlo(catalogue, name);
    if (slo === undefined || slo.objective === null) {
      unknown.push(
        slo === undefined ? oneLine(name) : `${name} (a kind of change: counts say nothing of it)`,
      );
      return [];
    }
    const expectedPerDay = expectedEventsPerDay(slo, surfaceOf(catalogue, slo.surface));
    return [{ history, slo, context: { expectedPerDay } }];
  });
  if (unknown.length === 0) return named;
  const known = catalogue.surfaces.flatMap(({ slos }) =>
    slos.filter(({ objective }) => objective !== null).map(sloName),
  );
  throw new FileFaultError(
    `The files in slos/ have no SLO for ${unknown.length} of ${histories.length} series:\n${unknown
      .slice(0, 20)
      .map((name) => `  ${name}`)
      .join(
        '\n',
      )}${unknown.length > 20 ? `\n  and ${unknown.length - 20} more` : ''}\nThey have ${known.join(', ')}.\nName one of these in the columns surface and slo, or give --objective P for all series.`,
  );
}

function listed(names: readonly string[]): string {
  return [...new Set(names)]
    .slice(0, 20)
    .map((name) => oneLine(name, 40))
    .join(', ');
}

import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { RecordHistory } from '#core/series/record-history.ts';
import { expectedEventsPerDay } from '#core/slo/definition/expected-events.ts';
import { knownRateSlo } from '#core/slo/definition/known-rate.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { type BacktestInput, backtestAll } from '#core/slo/replay/backtest.ts';
import type { CountHistory } from '#core/slo/replay/read-counts.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { day } from '#core/time.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { CliError, oneLine } from '../terminal/output.ts';
import type { BacktestOptions } from './backtest.ts';
import {
  type RefusedLine,
  readCountsFile,
  readRecordsFile,
  readRows,
  readVerdictsFile,
} from './backtest-files.ts';
import { backtestJson, printBacktest } from './backtest-text.ts';

/** A longer history is a slip in an instant: at a tick every 5 minutes it would not end. */
const longestHistory = 800 * day;

/** What there is to replay, and what people should know of it. */
interface Replayable {
  readonly inputs: readonly BacktestInput[];
  readonly refused: readonly RefusedLine[];
  readonly notes: readonly string[];
}

/** Replays a history and prints what it would have raised. */
export async function backtestHistory(options: BacktestOptions, root = process.cwd()): Promise<void> {
  const started = Date.now();
  requireConsistent(options);
  const found =
    options.counts === undefined
      ? await fromRecords(options, root)
      : await fromCounts({ ...options, counts: options.counts }, root);
  if (found.inputs.length === 0) throw new CliError(nothingToReplay(options, found));
  for (const { series, slo } of found.inputs) requireBounded(series, slo);
  const { results, transitions } = backtestAll(found.inputs);
  const outcome = {
    results: results.map((result, index) => ({ result, input: found.inputs[index] ?? missing() })),
    transitions,
    refused: found.refused,
    notes: found.notes,
    seconds: (Date.now() - started) / 1000,
  };
  if (options.json === true) console.log(JSON.stringify(backtestJson(outcome), null, 2));
  else printBacktest(outcome);
}

function missing(): never {
  throw new Error('a replay came back without its series');
}

function requireConsistent({ counts, responses, verdicts, passMark }: BacktestOptions): void {
  const fault =
    counts === undefined && responses === undefined
      ? 'Wanted a history: --counts FILE, or --responses FILE with --verdicts FILE. See "npx assay backtest --help".'
      : counts !== undefined && (responses !== undefined || verdicts !== undefined)
        ? 'Wanted --counts or --responses, got both. Replay them one after the other.'
        : counts !== undefined && passMark !== undefined
          ? '--pass-mark makes passes of scores, and counts hold none. Leave it out.'
          : passMark !== undefined && verdicts === undefined
            ? '--pass-mark makes passes of scores. Give the scores with --verdicts FILE, or leave it out.'
            : undefined;
  if (fault !== undefined) throw new CliError(fault);
}

function requireBounded({ start = 0, end = 0 }: BacktestInput['series'], slo: Slo): void {
  if (end - start <= longestHistory) return;
  throw new CliError(
    `${sloName(slo)} goes from ${formatInstant(start)} to ${formatInstant(end)}. Wanted at most ${longestHistory / day} days: look for a mistyped year, or cut the file.`,
  );
}

async function fromCounts(
  options: BacktestOptions & { readonly counts: string },
  root: string,
): Promise<Replayable> {
  const { counts: file, objective, surface, healthyUntil } = options;
  const reader = await readCountsFile(file);
  const refused = reader.faults.map((fault) => ({ file, ...fault }));
  if (reader.span !== undefined && reader.span.to.at - reader.span.from.at > longestHistory) {
    const { from, to } = reader.span;
    throw new CliError(
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
  throw new CliError(
    `The files in slos/ have no SLO for ${unknown.length} of ${histories.length} series:\n${unknown
      .slice(0, 20)
      .map((name) => `  ${name}`)
      .join(
        '\n',
      )}${unknown.length > 20 ? `\n  and ${unknown.length - 20} more` : ''}\nThey have ${known.join(', ')}.\nName one of these in the columns surface and slo, or give --objective P for all series.`,
  );
}

async function fromRecords(options: BacktestOptions, root: string): Promise<Replayable> {
  const { responses, verdicts, surface, objective, passMark, healthyUntil } = options;
  if (responses === undefined)
    throw new CliError('--verdicts: wanted the responses too; give them with --responses FILE.');
  const catalogue = await requireCatalogue(root);
  const said = verdicts === undefined ? { scores: new Map(), refused: [] } : await readVerdictsFile(verdicts);
  const history = new RecordHistory(catalogue, said.scores, { objective, passMark });
  const refused = [...said.refused, ...(await readRecordsFile(responses, history, surface))];
  const { histories, skipped } = history.histories();
  const health = healthUntil(healthyUntil);
  const notes: string[] = [];
  if (verdicts === undefined)
    notes.push('Without --verdicts FILE only the SLOs that need no judge are replayed.');
  else if (history.withoutResponse > 0 && surface === undefined)
    notes.push(
      `${history.withoutResponse} verdicts are of responses that are not in ${responses}; they were left out.`,
    );
  if (history.unusable.size > 0) {
    const [[id, reason] = ['', '']] = history.unusable;
    notes.push(
      `${history.unusable.size} verdicts could not be used; that of ${oneLine(id)}, for one, ${reason}.`,
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

function healthUntil(until: number | undefined): ((at: number) => boolean) | undefined {
  return until === undefined ? undefined : (at) => at <= until;
}

function nothingToReplay({ counts, responses, surface }: BacktestOptions, { refused }: Replayable): string {
  const file = counts ?? responses ?? '';
  const first = refused[0];
  if (first === undefined)
    return surface === undefined
      ? `${file} holds nothing to replay: it is empty, or nothing in it counts in an SLO.`
      : `${file} holds nothing of the surface "${oneLine(surface)}" that counts in an SLO.`;
  const place =
    first.column === 0 ? `${first.file}:${first.line}` : `${first.file}:${first.line}:${first.column}`;
  return `${place} ${first.reason}.\nNo line of ${file} can be replayed${refused.length > 1 ? ` (${refused.length} were refused)` : ''}.`;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)]
    .slice(0, 20)
    .map((name) => oneLine(name, 40))
    .join(', ');
}

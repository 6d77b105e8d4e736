import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AcceptanceReport, describeAcceptance } from '#core/calibration/acceptance-report.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import { type EndReason, ReasonTally } from '#core/report/end-reasons.ts';
import { minute } from '#core/time.ts';
import { readRecordedVerdicts } from '#local/judges/recorded-judge.ts';
import { type InputRecord, readInputFile } from '#local/replay/input-records.ts';
import { replay, tickLengthOf } from '#local/replay/replay.ts';
import { makeReport } from '#local/report/make-report.ts';
import type { LiveSession } from '#local/session/session.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { startLocalRun } from '../target/local-run.ts';
import { withShellAddress } from '../target/shell-judges.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError, exitCode, FileFaultError } from '../terminal/cli-error.ts';
import { formatMinute } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { requireFile } from '../terminal/require-file.ts';
import { Interruption } from './interruption.ts';
import { readJudgeChoice, requireJudgeKeys, withJudge } from './run-judge.ts';
import { serveReplay } from './run-page.ts';
import { describeCutShort, formatReport } from './run-text.ts';

export interface RunOptions extends Pick<TargetOptions, 'local'>, JsonOptions {
  readonly responses: string;
  readonly judge: string;
  readonly ratings?: string;
  readonly sampleRate?: number;
  readonly objective?: number;
  readonly passMark?: number;
  /** Milliseconds; by how long the records are where absent. */
  readonly tick?: number;
  readonly exit?: boolean;
  /** 0 takes a free one. */
  readonly port: number;
  readonly report?: string;
}

/** Runs a history through a local stack and reports. Without `exit` it then serves the page until it is interrupted. */
export async function runHistory(options: RunOptions): Promise<void> {
  const started = Date.now();
  const { answers: judge, named } = readJudgeChoice(options.judge);
  await requireFile('--responses', options.responses);
  if (options.ratings !== undefined) await requireFile('--ratings', options.ratings);
  if (judge.kind === 'recorded') {
    await requireFile('--judge recorded', judge.file);
    // Before anything is started for it.
    await readRecordedVerdicts(judge.file);
  }
  if (options.report !== undefined) await requirePlace('--report', options.report);
  const { records, tooLarge } = await readInputFile(options.responses);
  if (tooLarge.length > 0) printAside(describeTooLarge(options.responses, tooLarge));
  if (records.length === 0)
    throw new FileFaultError(
      `${options.responses} holds no ${tooLarge.length > 0 ? 'other ' : ''}record. Wanted JSON records: one a line, or one list of them (docs/records.md).`,
    );
  const seen = new Set(records.flatMap(({ surface }) => (surface === undefined ? [] : [surface])));
  const files = withShellAddress(await requireCatalogue());
  const judged = named === undefined ? files : withJudge(files, named);
  if (judge.kind === 'openai') requireJudgeKeys(judged);
  const { catalogue, unlisted } = runCatalogue(judged, seen, {
    ...options,
    isFree: judge.kind === 'recorded',
  });
  const say = (line: string) => {
    if (options.json !== true) print(line);
  };
  if (unlisted.length > 0)
    say(`No file in slos/ for ${unlisted.join(', ')}: judged under the settings of slos/default.yaml.`);

  const session = await startLocalRun(options.local, catalogue, judge);
  const interruption = new Interruption();
  let remark: string | undefined;
  try {
    const total = records.length;
    const progress = { sent: 0, total };
    const page =
      options.exit === true
        ? undefined
        : await serveReplay(session, {
            catalogue,
            judge: judge.kind,
            progress,
            folder: options.local,
            port: options.port,
          });
    if (page !== undefined) say(`Watch it at ${page.url}`);
    const line = new ProgressLine('replay', total);
    const { transitions, waiting } = await replay({
      stack: session.stack,
      records,
      tickMs: options.tick ?? tickLengthOf(records),
      stopped: () => interruption.came,
      onTick: (at, sent) => {
        progress.sent = sent;
        line.show(sent, `${sent}/${total} records, simulated ${formatMinute(at)}`);
      },
    });
    line.end();
    if (progress.sent < total && interruption.came) {
      remark = describeCutShort(progress);
      printAside(remark);
      process.exitCode = exitCode.unusable;
    }
    const rated =
      options.ratings === undefined || remark !== undefined
        ? undefined
        : await importRatings(session, options.ratings);
    if (rated !== undefined) say(describeAcceptance(rated));
    const report = await makeReport({
      judge: judge.kind,
      catalogue,
      session,
      transitions,
      calibrations: rated?.calibrations ?? [],
      rejections: findRejections(records),
      seconds: (Date.now() - started) / 1000,
    });
    const json = JSON.stringify(report, null, 2);
    if (options.report !== undefined) await writeFile(options.report, `${json}\n`);
    print(options.json === true ? json : formatReport(report, { waiting, file: options.report }));
    if (report.rejected > 0 && report.rejected === report.received) {
      printAside(
        `Nothing of ${options.responses} could be read: ${report.rejected === 1 ? 'its one record was' : `all ${report.rejected} records were`} rejected.`,
      );
      process.exitCode = 1;
    }
    if (page !== undefined && !interruption.came) {
      say(`\nThe page stays at ${page.url} until you press Ctrl-C. (--exit ends at once.)`);
      await page.liveUntil(interruption, say);
      say(`Ended. What the run left is in ${options.local}; "npx assay status" shows it.`);
    }
    await page?.close();
  } finally {
    await session.stop(remark);
  }
}

/** Why records cannot be read, each with its line, as the sampler says when they are sent at their time. */
function findRejections(records: readonly InputRecord[]): EndReason[] {
  const tally = new ReasonTally();
  for (const { body, at, line } of records) {
    const parsed = parseRecord(body, at);
    if (parsed.kind === 'rejected')
      tally.add('rejected', parsed.rejection.reason, { ...(line !== undefined && { line }) });
  }
  return tally.commonest;
}

function describeTooLarge(file: string, lines: readonly number[]): string {
  const more = lines.length > 5 ? ` and ${lines.length - 5} more` : '';
  return `Left out of ${file}: ${lines.length === 1 ? 'a record that is' : `${lines.length} records that are`} larger than a message can be (1 MiB), at line ${lines.slice(0, 5).join(', ')}${more}. Log shortened texts.`;
}

/** Takes people's ratings in through the deployed function, and lets the evaluator look once more. */
async function importRatings({ stack }: LiveSession, path: string): Promise<AcceptanceReport> {
  const report = await uploadRatingFile({ path }, stack.clock.now());
  const again = stack.clock.now() + minute;
  stack.clock.set(again);
  await stack.tick(again);
  return report;
}

/** Before a run of minutes whose report could then not be written. */
async function requirePlace(option: string, file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw new CliError(`${option}: ${file} is a folder. Name a file in it.`);
  await access(found === undefined ? dirname(file) : file, constants.W_OK).catch(
    (error: NodeJS.ErrnoException) => {
      throw new CliError(
        `${option}: ${file} cannot be written (${error.code ?? 'unknown'}). Name a file in a folder that exists.`,
      );
    },
  );
}

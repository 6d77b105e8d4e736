import { access, writeFile } from 'node:fs/promises';
import { describeAcceptance } from '#core/calibration/acceptance-report.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { minute } from '#core/time.ts';
import { readInputRecords } from '#local/replay/input-records.ts';
import { makeReport } from '#local/replay/make-report.ts';
import { replay } from '#local/replay/replay.ts';
import { uploadRatingFile } from '#local/replay/upload-rating-file.ts';
import type { LiveSession } from '#local/session/session.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { startLocalRun, untilInterrupted } from '../target/local-run.ts';
import { CliError, Progress } from '../terminal/output.ts';
import { type RunOptions, readJudge } from './run.ts';
import { printReport } from './run-text.ts';

/** Runs a history through a local stack and reports. Without `exit` it then serves the page until it is interrupted. */
export async function runHistory(options: RunOptions): Promise<void> {
  const started = Date.now();
  const judge = readJudge(options.judge);
  await requireFile('--responses', options.responses);
  if (options.ratings !== undefined) await requireFile('--ratings', options.ratings);
  if (judge.kind === 'recorded') await requireFile('--judge recorded', judge.file);
  const records = await readInputRecords(options.responses);
  if (records.length === 0)
    throw new CliError(`${options.responses} holds no records. Wanted one JSON record a line.`);
  const seen = new Set(records.flatMap(({ surface }) => (surface === undefined ? [] : [surface])));
  const { catalogue, unlisted } = runCatalogue(await requireCatalogue(), seen, options);
  const say = (line: string) => {
    if (options.json !== true) console.log(line);
  };
  if (unlisted.length > 0)
    say(`No file in slos/ for ${unlisted.join(', ')}: judged under the settings of slos/default.yaml.`);

  const session = await startLocalRun(
    options.local,
    catalogue,
    judge.kind === 'openai' ? { kind: 'openai', key: openAiKey() } : judge,
  );
  try {
    let sentSoFar = 0;
    const page =
      options.exit === true
        ? undefined
        : await (await import('#local/page/server.ts')).startLocalPage({
            catalogue,
            stage: 'local',
            judge: judge.kind,
            clock: () => session.stack.clock.now(),
            progress: () => ({ sent: sentSoFar, total: records.length }),
          });
    if (page !== undefined) say(`Watch it at ${page.url}`);
    const progress = new Progress('replay', records.length);
    const { transitions, waiting } = await replay({
      stack: session.stack,
      records,
      tickMs: options.tick,
      onTick: (at, sent) => {
        sentSoFar = sent;
        progress.show(
          sent,
          `${sent}/${records.length} records, simulated ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`,
        );
      },
    });
    progress.end();
    const rated = options.ratings === undefined ? undefined : await importRatings(session, options.ratings);
    if (rated !== undefined) say(rated.words);
    const report = await makeReport({
      catalogue,
      session,
      transitions,
      calibrations: rated?.calibrations ?? [],
      seconds: (Date.now() - started) / 1000,
    });
    if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
    if (options.json === true) console.log(JSON.stringify(report, null, 2));
    else
      printReport(report, {
        judge: judge.kind,
        waiting,
        ...(options.report !== undefined && { file: options.report }),
      });
    if (page !== undefined) {
      say(`\nThe page stays at ${page.url} until you press Ctrl-C. (--exit ends at once.)`);
      await untilInterrupted();
      await page.close();
    }
  } finally {
    await session.stop();
  }
}

/** Takes people's ratings in through the deployed function, and lets the evaluator look once more. */
async function importRatings({ stack }: LiveSession, path: string) {
  const report = await uploadRatingFile({ path }, stack.clock.now());
  const again = stack.clock.now() + minute;
  stack.clock.set(again);
  await stack.tick(again);
  return { calibrations: report.calibrations, words: describeAcceptance(report) };
}

async function requireFile(option: string, file: string): Promise<void> {
  await access(file).catch(() => {
    throw new CliError(`${option}: there is no readable file ${file}.`);
  });
}

function openAiKey(): string {
  const key = process.env.OPENAI_API_KEY;
  if (key === undefined || key === '') {
    throw new CliError(
      '--judge openai: wanted the key in the environment variable OPENAI_API_KEY, got nothing. (A deployment takes it from Secrets Manager; a local run puts it into its local secret, in memory.)',
    );
  }
  return key;
}

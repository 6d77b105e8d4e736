import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { readInputRecords } from '#local/input-records.ts';
import { clearLocalFolder } from '#local/local-folder.ts';
import { LocalStack } from '#local/local-stack.ts';
import { makeReport } from '#local/make-report.ts';
import { replay } from '#local/replay.ts';
import { type Servers, startServers } from '#local/servers.ts';
import { requireCatalogue } from './catalogue.ts';
import { CliError, Progress } from './output.ts';
import { type RunOptions, readJudge } from './run.ts';
import { printReport } from './run-summary.ts';

/** One simulated minute of waiting is one second, except where a real judge's own pace counts. */
const localTimeFactor = 60;

/** Runs a history through a local stack and reports. */
export async function runHistory(options: RunOptions): Promise<void> {
  const started = Date.now();
  const judge = readJudge(options.judge);
  await requireFile('--responses', options.responses);
  if (judge.kind === 'recorded') await requireFile('--judge recorded', judge.file);
  const judgeKey = judge.kind === 'openai' ? openAiKey() : 'local-judge-needs-no-key';
  const records = await readInputRecords(options.responses);
  if (records.length === 0)
    throw new CliError(`${options.responses} holds no records. Wanted one JSON record a line.`);
  const files = await requireCatalogue();
  const seen = new Set(records.flatMap(({ surface }) => (surface === undefined ? [] : [surface])));
  const { catalogue, unlisted } = runCatalogue(files, seen, options);
  if (unlisted.length > 0 && options.json !== true) {
    console.log(
      `No file in slos/ for ${unlisted.join(', ')}: judged under the settings of slos/default.yaml.`,
    );
  }

  await clearLocalFolder(options.local).catch((error: Error) => {
    throw new CliError(error.message);
  });
  const timeFactor = judge.kind === 'openai' ? 1 : localTimeFactor;
  let servers: Servers | undefined;
  try {
    const starting = startServers({
      folder: options.local,
      timeFactor,
      judge: judge.kind === 'openai' ? { kind: 'simulated' } : judge,
    });
    // Synthesis keeps this process busy while the servers' own process starts.
    const templates = synthesizeTemplate(catalogue, 'local');
    servers = await starting;
    const stack = await LocalStack.start({
      endpoints: servers.endpoints,
      judgeUrl: judge.kind === 'openai' ? undefined : servers.judgeUrl,
      judgeKey,
      templates,
      catalogue,
      catalogueFile: join(options.local, 'catalogue.json'),
      timeFactor,
      onError: (name, error) =>
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`),
    });
    const progress = new Progress('replay', records.length);
    const { transitions, waiting } = await replay({
      stack,
      records,
      tickMs: options.tick,
      onTick: (at, sent) =>
        progress.show(
          sent,
          `${sent}/${records.length} records, simulated ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`,
        ),
    });
    progress.end();
    const report = await makeReport({
      catalogue,
      queues: stack.provisioned.queues,
      transitions,
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
    await stack.stop();
  } finally {
    await servers?.stop();
  }
}

async function requireFile(option: string, file: string): Promise<void> {
  await access(file).catch(() => {
    throw new CliError(`${option}: there is no readable file ${file}.`);
  });
}

function openAiKey(): string {
  const key = process.env['OPENAI_API_KEY'];
  if (key === undefined || key === '') {
    throw new CliError(
      '--judge openai: wanted the key in the environment variable OPENAI_API_KEY, got nothing. (A deployment takes it from Secrets Manager; a local run puts it into its local secret, in memory.)',
    );
  }
  return key;
}

import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { floorTo, hour, minute } from '#core/time.ts';
import { makeReport } from '#local/make-report.ts';
import { replay } from '#local/replay.ts';
import { simulateTraffic } from '#local/simulated-traffic.ts';
import { requireCatalogue } from './catalogue.ts';
import { startLocalRun, untilInterrupted } from './local-run.ts';
import { Progress } from './output.ts';
import { printReport } from './run-summary.ts';

/** The demo's day: long enough for a quiet night, short enough for a minute of a newcomer's patience. */
const story = {
  hours: 26,
  responsesPerHour: 120,
  usualBad: 0.04,
  regressedBad: 0.35,
  regressionAt: 19,
  seed: 'demo',
} as const;

/** Every fourth response is judged, so that a small demo has something to judge; the files' own rate is 5%. */
const sampleRate = 0.25;

const tickMs = 10 * minute;

/** Runs the demo. */
export async function runDemo({ exit = false, local }: { exit?: boolean; local: string }): Promise<void> {
  const started = Date.now();
  const from = floorTo(Date.now(), hour) - story.hours * hour;
  const { catalogue } = runCatalogue(await requireCatalogue(), new Set(['chat']), { sampleRate });
  console.log(
    [
      'Assay demo. Everything here is SIMULATED but the functions themselves: the traffic of a chat application, the',
      'judge that scores it, and the clock. Queues, tables and alarms come from the CDK template and run on this machine.',
      '',
      `  ${story.hours} hours of chat, ${story.responsesPerHour} responses an hour, every ${Math.round(1 / sampleRate)}th of them judged.`,
      `  ${timeOf(from)}  release 2026.11.1 answers; about ${story.usualBad * 100} of 100 answers are bad`,
      `  ${timeOf(from + story.regressionAt * hour)}  release 2026.11.2 goes out; about ${story.regressedBad * 100} of 100 answers are bad. Nobody is told.`,
      '',
    ].join('\n'),
  );
  const records = simulateTraffic({ ...story, from });
  const session = await startLocalRun(local, catalogue, { kind: 'simulated' });
  try {
    let sentSoFar = 0;
    const page = exit
      ? undefined
      : await (await import('#local/page/server.ts')).startLocalPage({
          catalogue,
          stage: 'local',
          judge: 'simulated',
          clock: () => session.stack.clock.now(),
          progress: () => ({ sent: sentSoFar, total: records.length }),
        });
    if (page !== undefined) console.log(`Watch it at ${page.url}\n`);
    const progress = new Progress('replay', records.length);
    const { transitions, waiting } = await replay({
      stack: session.stack,
      records,
      tickMs,
      onTick: (at, sent, changed) => {
        sentSoFar = sent;
        for (const { alarm, to } of changed) {
          if (to === 'ALARM') {
            progress.end();
            console.log(`  ${timeOf(at)}  ALARM ${alarm}`);
          }
        }
        progress.show(sent, `simulated ${timeOf(at)}`);
      },
    });
    progress.end();
    const report = await makeReport({
      catalogue,
      session,
      transitions,
      seconds: (Date.now() - started) / 1000,
    });
    printReport(report, { judge: 'simulated', waiting });
    console.log(
      [
        '',
        'Where to look next:',
        '  npx assay status                 what is judged, what it costs, which alarms stand',
        '  slos/chat.yaml, slos/policy.yaml  objectives and alert rows of this surface',
        '  rubrics/helpfulness/1.yaml       what the judge is asked; "npx assay rubric bump helpfulness" to change it',
        '  npx assay ratings draw --surface chat   a batch for people to rate, so that the judge can be corrected',
        '  npx assay run --help             the same on your own responses',
      ].join('\n'),
    );
    if (page !== undefined) {
      console.log(
        `\nThe page stays at ${page.url} until you press Ctrl-C. ("npm start -- --exit" ends at once.)`,
      );
      await untilInterrupted();
      await page.close();
    }
  } finally {
    await session.stop();
  }
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { floorTo, hour, minute } from '#core/time.ts';
import { simulatedFlaw } from '#local/judges/simulated-judge.ts';
import type { InputRecord } from '#local/replay/input-records.ts';
import { makeReport } from '#local/replay/make-report.ts';
import { replay } from '#local/replay/replay.ts';
import { rateAsPeople } from '#local/replay/simulated-raters.ts';
import { simulateTraffic } from '#local/replay/simulated-traffic.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { startLocalRun, untilInterrupted } from '../target/local-run.ts';
import { Progress } from '../terminal/output.ts';
import { printReport } from './run-text.ts';

/** The demo's day: long enough for a quiet night, short enough for a minute of a newcomer's patience. */
const story = {
  hours: 26,
  responsesPerHour: 120,
  usualBad: 0.05,
  regressedBad: 0.35,
  regressionAt: 20,
  seed: 'demo',
} as const;

/** Two responses of five are judged, so that a small demo has something to judge; the files' own rate is 5%. */
const sampleRate = 0.4;

/** People rate so many of the responses of the first hours, some hours later. */
const rating = { count: 200, hours: 16, at: 18 } as const;

const tickMs = 10 * minute;

/** Runs the demo. */
export async function runDemo({
  exit = false,
  local,
  json = false,
}: {
  exit?: boolean;
  local: string;
  json?: boolean;
}): Promise<void> {
  const started = Date.now();
  const say = (text: string) => {
    if (!json) console.log(text);
  };
  const from = floorTo(Date.now(), hour) - story.hours * hour;
  const { catalogue } = runCatalogue(await requireCatalogue(), new Set(['chat']), { sampleRate });
  say(
    [
      'Assay demo. Everything here is SIMULATED but the functions themselves: the traffic of a chat application, the',
      'judge that scores it, the people who rate it, and the clock. Queues, tables and alarms come from the CDK template',
      'and run on this machine.',
      '',
      `  ${story.hours} hours of chat, ${story.responsesPerHour} responses an hour, ${sampleRate * 100}% of them judged.`,
      `  ${timeOf(from)}  release 2026.11.1 answers; about ${story.usualBad * 100} of 100 answers are bad`,
      `  ${timeOf(from + rating.at * hour)}  people have rated ${rating.count} of the answers, so the judge can be corrected`,
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
    if (page !== undefined) say(`Watch it at ${page.url}\n`);
    const progress = new Progress('replay', records.length);
    const people = { of: catalogue, from, bad: findBad(records) };
    const { transitions, waiting } = await replay({
      stack: session.stack,
      records,
      tickMs,
      onTick: async (at, sent, changed) => {
        sentSoFar = sent;
        if (at === from + rating.at * hour) {
          progress.end();
          say(`  ${timeOf(at)}  ${await ratePeople(people, at)}`);
        }
        for (const { alarm, to } of changed) {
          if (to === 'ALARM') {
            progress.end();
            say(`  ${timeOf(at)}  ALARM ${alarm}`);
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
    if (json) console.log(JSON.stringify(report, null, 2));
    else printReport(report, { judge: 'simulated', waiting });
    say(
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
      say(`\nThe page stays at ${page.url} until you press Ctrl-C. ("npm start -- --exit" ends at once.)`);
      await untilInterrupted();
      await page.close();
    }
  } finally {
    await session.stop();
  }
}

function findBad(records: readonly InputRecord[]): ReadonlySet<string> {
  const bad = records.filter(({ body }) => body.includes(simulatedFlaw));
  return new Set(bad.map(({ body }) => (JSON.parse(body) as { id: string }).id));
}

/** @returns what came of it, in words */
async function ratePeople(
  { of, from, bad }: { of: Catalogue; from: number; bad: ReadonlySet<string> },
  at: number,
): Promise<string> {
  const { accepted, calibrations } = await rateAsPeople(of, {
    surface: 'chat',
    from,
    to: from + rating.hours * hour,
    count: rating.count,
    uploadedAt: at,
    isGood: (id) => !bad.has(id),
  });
  const [calibration] = calibrations;
  return `${accepted} ratings (simulated people) came in: the judge's calibration is ${calibration?.state ?? 'missing'}`;
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

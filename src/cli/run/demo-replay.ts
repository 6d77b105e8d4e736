import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { floorTo, hour, minute } from '#core/time.ts';
import { simulatedFlaw } from '#local/judges/simulated-judge.ts';
import type { InputRecord } from '#local/replay/input-records.ts';
import { replay } from '#local/replay/replay.ts';
import { simulateRatings } from '#local/replay/simulated-raters.ts';
import { simulateTraffic } from '#local/replay/simulated-traffic.ts';
import { makeReport } from '#local/report/make-report.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { startLocalRun } from '../target/local-run.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { exitCode } from '../terminal/cli-error.ts';
import { formatMinute } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { describeStory, nextSteps } from './demo-text.ts';
import { Interruption } from './interruption.ts';
import { nameAlarm, serveReplay } from './run-page.ts';
import { describeCutShort, formatReport } from './run-text.ts';

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

export interface DemoOptions extends Pick<TargetOptions, 'local'>, JsonOptions {
  readonly exit?: boolean;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Runs the demo. Without `exit` it then serves the page until it is interrupted. */
export async function runDemo({ exit = false, local, port, json = false }: DemoOptions): Promise<void> {
  const started = Date.now();
  const say = (text: string) => {
    if (!json) print(text);
  };
  const from = floorTo(Date.now(), hour) - story.hours * hour;
  const { catalogue } = runCatalogue(await requireCatalogue(), new Set(['chat']), { sampleRate });
  say(describeStory({ ...story, from, sampleRate, rated: rating.count, ratedAt: rating.at }));
  const records = simulateTraffic({ ...story, from });
  const session = await startLocalRun(local, catalogue, { kind: 'simulated' });
  const interruption = new Interruption();
  let remark: string | undefined;
  try {
    const progress = { sent: 0, total: records.length };
    const page = exit
      ? undefined
      : await serveReplay(session, { catalogue, judge: 'simulated', progress, folder: local, port });
    if (page !== undefined) say(`Watch it at ${page.url}\n`);
    const line = new ProgressLine('replay', records.length);
    const people = { of: catalogue, from, bad: findBad(records) };
    const { transitions, waiting } = await replay({
      stack: session.stack,
      records,
      tickMs,
      stopped: () => interruption.came,
      onTick: async (at, sent, changed) => {
        progress.sent = sent;
        const events = changed.flatMap(({ alarm, to }) =>
          to === 'ALARM' ? [`ALARM ${nameAlarm(alarm)}`] : [],
        );
        if (at === from + rating.at * hour) events.unshift(await ratePeople(people, at));
        for (const event of events) {
          line.end();
          say(`  ${formatMinute(at)}  ${event}`);
        }
        line.show(sent, `simulated ${formatMinute(at)}`);
      },
    });
    line.end();
    if (progress.sent < progress.total && interruption.came) {
      remark = describeCutShort(progress);
      printAside(remark);
      process.exitCode = exitCode.unusable;
    }
    const report = await makeReport({
      judge: 'simulated',
      catalogue,
      session,
      transitions,
      seconds: (Date.now() - started) / 1000,
    });
    print(json ? JSON.stringify(report, null, 2) : formatReport(report, { waiting }));
    say(nextSteps(rubricsOf(catalogue, 'chat').find(({ state }) => state === 'active')));
    if (page !== undefined && !interruption.came) {
      say(`\nThe page stays at ${page.url} until you press Ctrl-C. ("npm start -- --exit" ends without it.)`);
      await page.liveUntil(interruption, say);
      say(`Ended. What the demo left is in ${local}; "npx assay status" shows it.`);
    }
    await page?.close();
  } finally {
    await session.stop(remark);
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
  const { accepted, calibrations } = await simulateRatings(of, {
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

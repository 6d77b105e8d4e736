import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { severities } from '#core/names.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { findOwnAlarm } from '#core/slo/words/own-alarms.ts';
import type { WhyView } from '#core/triage/why-view.ts';
import { liveOn } from '#local/replay/live-run.ts';
import { noteAddress } from '#local/session/holder.ts';
import type { LiveSession } from '#local/session/session.ts';
import type { JudgeKind } from '../target/local-run.ts';
import { joinSession } from '../target/target.ts';
import { CliError } from '../terminal/cli-error.ts';
import { formatMinute } from '../terminal/instant.ts';
import type { Interruption } from './interruption.ts';

/** A page of a run, and the run's life behind it. */
export interface ServedRun {
  readonly url: string;
  /** Lets the run live on after its history until the user ends it. @param say is told of alarms that change */
  liveUntil(interruption: Interruption, say: (line: string) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves the page of a replay that is under way. `progress` is read anew for each look, in records.
 *
 * @param folder of the run: other commands learn there where the page is
 * @param port 0 takes a free one
 * @throws CliError where the port is taken
 */
export async function serveReplay(
  session: LiveSession,
  {
    catalogue,
    judge,
    progress,
    folder,
    port,
  }: {
    readonly catalogue: Catalogue;
    readonly judge: JudgeKind;
    readonly progress: { readonly sent: number; readonly total: number };
    readonly folder: string;
    readonly port: number;
  },
): Promise<ServedRun> {
  const { stack } = session;
  const { startLocalPage } = await import('#local/page/server.ts');
  const page = await startLocalPage({
    catalogue,
    stage: 'local',
    judge,
    clock: () => stack.clock.now(),
    progress: () => ({ ...progress }),
    why: (slo) => explain(session, folder, catalogue, slo),
    port,
  }).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(describePort(port, error));
  });
  await noteAddress(folder, page.url);
  return {
    url: page.url,
    async liveUntil(interruption, say) {
      const life = liveOn(stack, {
        onChange: (changed) => {
          for (const { at, alarm, to } of changed)
            say(
              `  ${formatMinute(Date.parse(at))}  ${to === 'ALARM' ? 'ALARM ' : isMasked(alarm, changed) ? 'masked' : 'ok    '} ${to === 'ALARM' ? nameAlarm(alarm) : alarm}`,
            );
        },
        onError: (error) =>
          say(`The last tick failed: ${error instanceof Error ? error.message : String(error)}`),
      });
      await interruption.wait();
      await life.stop();
    },
    close: () => page.close(),
  };
}

/** An alarm of a local run as a line names it: one that watches no objective with its plain sentence. */
export function nameAlarm(alarm: string): string {
  const own = findOwnAlarm('local', alarm);
  return own === undefined ? alarm : `${alarm}: ${own.plain}`;
}

/** Whether an alarm went off because a more severe one of its SLO went on in the same tick. */
function isMasked(
  alarm: string,
  changed: readonly { readonly alarm: string; readonly to: string }[],
): boolean {
  const severity = severities.find((each) => alarm.endsWith(`-${each}`));
  if (severity === undefined) return false;
  const slo = alarm.slice(0, -severity.length);
  return severities
    .slice(0, severities.indexOf(severity))
    .some((higher) => changed.some((other) => other.to === 'ALARM' && other.alarm === slo + higher));
}

function describePort(port: number, { code, message }: NodeJS.ErrnoException): string {
  const why =
    code === 'EADDRINUSE'
      ? 'another program has it'
      : code === 'EACCES'
        ? 'this user may not take it (ports under 1024 are for root)'
        : message;
  return `--port ${port}: ${why}. Name another, or leave it out for a free one.`;
}

async function explain(
  session: LiveSession,
  folder: string,
  catalogue: Catalogue,
  slo: Slo,
): Promise<WhyView | null> {
  const { explainForPage } = await import('../triage/page-why.ts');
  const target = await joinSession(session, folder, catalogue);
  try {
    return await explainForPage(target, slo);
  } finally {
    await target.close();
  }
}

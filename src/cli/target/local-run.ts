import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { describeNoRoomAtAll, isNoRoom } from '#local/disk-faults.ts';
import { prepareServers } from '#local/servers/servers.ts';
import { readLocalState } from '#local/session/local-folder.ts';
import type { LiveSession, Session, SessionChanges, SessionOptions } from '#local/session/session.ts';
import { CliError, describeFileFailure } from '../terminal/cli-error.ts';
import { printAside } from '../terminal/print.ts';
import type { TableNames } from './stack-resources.ts';

/** Starts a local stack for a command. @throws CliError in words for the user */
export async function startLocalRun(
  folder: string,
  catalogue: Catalogue,
  judge: SessionOptions['judge'],
): Promise<LiveSession> {
  // They start while this process loads what it needs, CDK above all.
  prepareServers();
  try {
    const [{ startSession }, { synthesizeTemplate }] = await Promise.all([
      import('#local/session/session.ts'),
      import('#cdk/synthesize.ts'),
    ]);
    return await startSession({
      folder,
      catalogue,
      judge,
      synthesize: () => synthesizeTemplate(catalogue, 'local'),
      onError: reportError,
    });
  } catch (error) {
    throw new CliError(describeFailure(error));
  }
}

function describeFailure(error: unknown): string {
  if (isNoRoom(error) && (error as NodeJS.ErrnoException).code !== undefined)
    return describeNoRoomAtAll(error);
  return describeFileFailure(error) ?? (error instanceof Error ? error.message : String(error));
}

/** Opens what an earlier run left, or joins one that lives. @throws CliError in words for the user */
export async function openLocalRun(folder: string, changes?: SessionChanges): Promise<Session> {
  try {
    // A missing run is told at once, before anything large is loaded.
    await readLocalState(folder);
    const { openSession } = await import('#local/session/session.ts');
    const session = await openSession(folder, reportError, changes);
    if (session.notice !== undefined) printAside(session.notice);
    return session;
  } catch (error) {
    throw new CliError(describeFailure(error));
  }
}

function reportError(name: string, error: unknown): void {
  printAside(`${name}: ${error instanceof Error ? error.message : String(error)}`);
}

export type JudgeKind = SessionOptions['judge']['kind'];

/** Which judge the run in a folder asks; undefined where there is no run, or one whose record is damaged. */
export async function readJudgeKind(folder: string): Promise<JudgeKind | undefined> {
  try {
    const text = await readFile(join(folder, 'session.json'), 'utf8');
    return (JSON.parse(text) as { judge: { kind: JudgeKind } }).judge.kind;
  } catch {
    return undefined;
  }
}

/** Whether a folder holds what a run left, whole or damaged. */
export async function holdsRun(folder: string): Promise<boolean> {
  return access(join(folder, 'session.json')).then(
    () => true,
    () => false,
  );
}

/** The tables of the session that was opened: it has set them in the environment. */
export function localTables(): TableNames {
  return {
    judgements: String(process.env[env.judgementTable]),
    ratings: String(process.env[env.ratingTable]),
    series: String(process.env[env.seriesTable]),
  };
}

import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { readLocalState } from '#local/session/local-folder.ts';
import type { LiveSession, Session, SessionOptions } from '#local/session/session.ts';
import { CliError } from '../terminal/output.ts';

/** Starts a local stack for a command. @throws CliError in words for the user */
export async function startLocalRun(
  folder: string,
  catalogue: Catalogue,
  judge: SessionOptions['judge'],
): Promise<LiveSession> {
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
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** Opens what an earlier run left, or joins one that lives. */
export async function openLocalRun(folder: string): Promise<Session> {
  try {
    // A missing run is told at once, before anything large is loaded.
    await readLocalState(folder);
    const { openSession } = await import('#local/session/session.ts');
    return await openSession(folder, reportError);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

function reportError(name: string, error: unknown): void {
  console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Resolves when the user ends the program. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

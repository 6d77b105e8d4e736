import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { LiveSession } from '#local/session/session.ts';
import type { JudgeKind } from '../target/local-run.ts';

/** Serves the page of a replay that is under way. `progress` is read anew for each look, in records. */
export async function serveReplay(
  { stack }: LiveSession,
  {
    catalogue,
    judge,
    progress,
  }: {
    readonly catalogue: Catalogue;
    readonly judge: JudgeKind;
    readonly progress: { readonly sent: number; readonly total: number };
  },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { startLocalPage } = await import('#local/page/server.ts');
  return startLocalPage({
    catalogue,
    stage: 'local',
    judge,
    clock: () => stack.clock.now(),
    progress: () => ({ ...progress }),
  });
}

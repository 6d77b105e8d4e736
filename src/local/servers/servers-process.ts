import { describeBrokenServers } from '../disk-faults.ts';
import { type JudgeServer, startJudgeServer } from '../judges/judge-server.ts';
import { readRecordedVerdicts, recordedJudge } from '../judges/recorded-judge.ts';
import { simulatedJudge } from '../judges/simulated-judge.ts';
import { type EmbeddedAws, startEmbeddedAws } from './embedded-aws.ts';
import type { ServersReply, ServersRequest } from './servers.ts';

/** The embedded servers' own process: a second core for them, and a life apart from the handlers'. */

// Tables and metrics hold texts of others: this user alone may read them.
process.umask(0o077);

let folder: string | undefined;
let aws: EmbeddedAws | undefined;
let judge: JudgeServer | undefined;

async function readVerdicts(file: string): ReturnType<typeof readRecordedVerdicts> {
  return readRecordedVerdicts(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new Error(
      `The recorded verdicts of this run, ${file}, cannot be read (${error.code}). Put the file back, or start a new run with "npx assay run".`,
    );
  });
}

async function answer(request: ServersRequest): Promise<ServersReply> {
  switch (request.kind) {
    case 'start': {
      folder = request.folder;
      const judgeAnswers =
        request.judge.kind === 'recorded'
          ? recordedJudge(await readVerdicts(request.judge.file))
          : simulatedJudge();
      [aws, judge] = await Promise.all([startEmbeddedAws(request), startJudgeServer(judgeAnswers)]);
      return { kind: 'started', endpoints: aws.endpoints, judgeUrl: judge.url };
    }
    case 'asked':
      return { kind: 'asked', counts: Object.fromEntries(judge?.asked() ?? []) };
    case 'stop':
      // A command that fails leaves reads behind, which dynalite cannot end in peace; the words of its failure count.
      process.off('uncaughtException', tellBroken).on('uncaughtException', () => undefined);
      await Promise.all([aws?.close(), judge?.close()]);
      return { kind: 'stopped' };
  }
}

/** The parent may be in the middle of a call that the end of this process breaks off: it hears the reason first. */
const headStartMs = 200;
let isBroken = false;

/** The store of the tables throws what it cannot tell its caller: a full disk, files that are damaged. */
async function tellBroken(error: unknown): Promise<void> {
  if (isBroken) return;
  isBroken = true;
  const message = await describeBrokenServers(folder, aws === undefined, error);
  process.send?.({ kind: 'broken', message } satisfies ServersReply);
  setTimeout(() => process.exit(1), headStartMs);
}
process.on('uncaughtException', tellBroken);

process.on('message', (request: ServersRequest) => {
  answer(request)
    .catch(
      (error: unknown): ServersReply => ({
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error),
      }),
    )
    .then((reply) => {
      process.send?.(reply, () => {
        if (request.kind === 'stop') process.exit(reply.kind === 'stopped' ? 0 : 1);
      });
    });
});

// The parent is gone without a word: nobody can ask for anything any more.
process.on('disconnect', () => {
  void Promise.all([aws?.close(), judge?.close()]).finally(() => process.exit(0));
});

// Ctrl-C reaches the whole group; the parent decides when to stop.
process.on('SIGINT', () => undefined);

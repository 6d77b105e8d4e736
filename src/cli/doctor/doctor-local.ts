import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { holdsRun, type JudgeKind, openLocalRun, readJudgeKind } from '../target/local-run.ts';
import { CliError } from '../terminal/cli-error.ts';
import { fault, ok, type Report, warning } from './doctor-check.ts';
import { checkJudge, type JudgeAccess, type JudgeOption } from './doctor-judge.ts';

/** Checks the folder of a local run, and the judge that it asks. Without a run, the judge that a key opens. */
export async function checkLocal(
  folder: string,
  { judge }: JudgeOption,
  catalogue: Catalogue | undefined,
  report: Report,
): Promise<void> {
  const kind = await readJudgeKind(folder);
  if (kind === undefined && !(await holdsRun(folder))) {
    report(
      warning('local run', {
        wanted: `a run in ${folder}`,
        found: 'none',
        action:
          '"npm start" or "npx assay run" makes one; --local names another folder, --stack a deployed stack',
      }),
    );
    return askOpenAi({ judge }, catalogue, report);
  }
  const session = await openLocalRun(folder).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    report(
      fault('local run', {
        wanted: `a run in ${folder} that opens`,
        found: error.message,
        action: 'mend that, or start a new run in another folder (--local)',
      }),
    );
    return undefined;
  });
  if (session === undefined || kind === undefined) return session?.stop();
  try {
    const lives = session.servers === undefined;
    report(ok('local run', `${folder}, ${lives ? 'a session lives' : 'no session lives'}; judge: ${kind}`));
    if (!judge) return report(ok('judge', 'not asked (--no-judge)'));
    if (kind === 'openai' && (process.env.OPENAI_API_KEY ?? '') === '' && !lives) return report(noKey);
    const access = await localJudge(kind);
    report(access === undefined ? noKey : await checkJudge(access, session.catalogue, console.error));
  } finally {
    await session.stop();
  }
}

/** The judge as the functions of the opened session find it. */
async function localJudge(kind: JudgeKind): Promise<JudgeAccess | undefined> {
  const { readJudgeKey } = await import('#adapters/secrets/judge-key.ts');
  const secret = await readJudgeKey(String(process.env[env.judgeSecretId]));
  if (!secret.ok) return undefined;
  return {
    key: secret.key,
    url: process.env[env.judgeUrl] || undefined,
    kind: kind === 'openai' ? 'real' : kind,
  };
}

async function askOpenAi(
  { judge }: JudgeOption,
  catalogue: Catalogue | undefined,
  report: Report,
): Promise<void> {
  if (!judge) return report(ok('judge', 'not asked (--no-judge)'));
  const key = process.env.OPENAI_API_KEY ?? '';
  if (key === '') return report(noKey);
  if (catalogue === undefined) return;
  const access: JudgeAccess = { key, url: process.env.OPENAI_BASE_URL || undefined, kind: 'real' };
  report(await checkJudge(access, catalogue, console.error));
}

const noKey = warning('judge', {
  wanted: 'a key in the environment variable OPENAI_API_KEY, to ask the judge once',
  found: 'none',
  action: 'set it, or pass --no-judge; a simulated or recorded judge needs none',
});

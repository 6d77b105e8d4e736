import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { holdsRun, type JudgeKind, openLocalRun, readJudgeKind } from '../target/local-run.ts';
import { missingKeys, shellKey, withShellAddress } from '../target/shell-judges.ts';
import { CliError } from '../terminal/cli-error.ts';
import { printAside } from '../terminal/print.ts';
import { fault, ok, type Report, warning } from './doctor-check.ts';
import { checkJudges, type JudgeAccess, type JudgeOption } from './doctor-judge.ts';

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
    return askOwn({ judge }, catalogue, report);
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
    const { catalogue: ours } = session;
    if (kind === 'openai' && !lives) return askNamed(ours, report);
    await reportAll(await localJudge(kind), ours, report);
  } finally {
    await session.stop();
  }
}

/** The judges as the functions of the opened session find them. */
async function localJudge(kind: JudgeKind): Promise<JudgeAccess> {
  const [{ readJudgeKey }, { createJudgeCaller }] = await Promise.all([
    import('#adapters/secrets/judge-key.ts'),
    import('#adapters/judges/judge-caller.ts'),
  ]);
  return {
    ask: createJudgeCaller({
      keyOf: (entry) => readJudgeKey(String(process.env[env.judgeSecretId]), entry),
      url: process.env[env.judgeUrl] || undefined,
    }),
    kind: kind === 'openai' ? 'real' : kind,
  };
}

async function askOwn(
  { judge }: JudgeOption,
  catalogue: Catalogue | undefined,
  report: Report,
): Promise<void> {
  if (!judge) return report(ok('judge', 'not asked (--no-judge)'));
  if (catalogue !== undefined) await askNamed(withShellAddress(catalogue), report);
}

/** Asks the judges that the rubrics name, with the keys of the environment. */
async function askNamed(catalogue: Catalogue, report: Report): Promise<void> {
  const lacking = missingKeys(catalogue);
  if (lacking.length > 0)
    return report(
      warning('judge', {
        wanted: `a key in the environment variable ${lacking.join(' and ')}, to ask each judge once`,
        found: 'none',
        action: 'set it, or pass --no-judge; a simulated or recorded judge needs none',
      }),
    );
  const { createJudgeCaller } = await import('#adapters/judges/judge-caller.ts');
  const keyOf = async (entry: string) => ({ ok: true as const, key: shellKey(entry) });
  await reportAll({ ask: createJudgeCaller({ keyOf }), kind: 'real' }, catalogue, report);
}

async function reportAll(access: JudgeAccess, catalogue: Catalogue, report: Report): Promise<void> {
  for (const check of await checkJudges(access, catalogue, printAside)) report(check);
}

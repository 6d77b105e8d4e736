import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { openLocalRun } from '../target/local-run.ts';
import { CliError } from '../terminal/output.ts';
import type { DoctorOptions } from './doctor.ts';
import { fault, ok, type Report, warning } from './doctor-check.ts';
import { checkJudge, type JudgePlace } from './doctor-judge.ts';

/** Checks the folder of a local run, and the judge that it asks. Without a run, the judge that a key opens. */
export async function checkLocal(
  options: DoctorOptions,
  catalogue: Catalogue | undefined,
  report: Report,
): Promise<void> {
  const kind = await judgeKindOf(options.local);
  if (kind === undefined) {
    report(
      warning('local run', {
        wanted: `a run in ${options.local}`,
        found: 'none',
        action:
          '"npm start" or "npx assay run" makes one; --local names another folder, --stack a deployed stack',
      }),
    );
    return askOpenAi(options, catalogue, report);
  }
  const session = await openLocalRun(options.local).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    report(
      fault('local run', {
        wanted: `a run in ${options.local} that opens`,
        found: error.message,
        action: 'mend that, or start a new run in another folder (--local)',
      }),
    );
    return undefined;
  });
  if (session === undefined) return;
  try {
    const lives = session.servers === undefined;
    report(
      ok('local run', `${options.local}, ${lives ? 'a session lives' : 'no session lives'}; judge: ${kind}`),
    );
    if (!options.judge) return report(ok('judge', 'not asked (--no-judge)'));
    if (kind === 'openai' && (process.env.OPENAI_API_KEY ?? '') === '' && !lives) return report(noKey);
    const place = await localJudge(kind);
    report(place === undefined ? noKey : await checkJudge(place, session.catalogue, console.error));
  } finally {
    await session.stop();
  }
}

/** Which judge the run in a folder asks; undefined where there is no run. */
async function judgeKindOf(folder: string): Promise<'recorded' | 'simulated' | 'openai' | undefined> {
  try {
    const text = await readFile(join(folder, 'session.json'), 'utf8');
    return (JSON.parse(text) as { judge: { kind: 'recorded' | 'simulated' | 'openai' } }).judge.kind;
  } catch {
    return undefined;
  }
}

/** The judge as the functions of the opened session find it. */
async function localJudge(kind: 'recorded' | 'simulated' | 'openai'): Promise<JudgePlace | undefined> {
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
  { judge }: DoctorOptions,
  catalogue: Catalogue | undefined,
  report: Report,
): Promise<void> {
  if (!judge) return report(ok('judge', 'not asked (--no-judge)'));
  const key = process.env.OPENAI_API_KEY ?? '';
  if (key === '') return report(noKey);
  if (catalogue === undefined) return;
  const place: JudgePlace = { key, url: process.env.OPENAI_BASE_URL || undefined, kind: 'real' };
  report(await checkJudge(place, catalogue, console.error));
}

const noKey = warning('judge', {
  wanted: 'a key in the environment variable OPENAI_API_KEY, to ask the judge once',
  found: 'none',
  action: 'set it, or pass --no-judge; a simulated or recorded judge needs none',
});

import { createJudgeCaller } from '#adapters/judges/judge-caller.ts';
import { wasSecretFilled } from '#adapters/secrets/describe-secret.ts';
import { type JudgeKey, readJudgeKey } from '#adapters/secrets/judge-key.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { secretEntries } from '#core/judges/judge-place.ts';
import type { StackResources } from '../target/stack-resources.ts';
import { printAside } from '../terminal/print.ts';
import { type Check, fault, ok, warning } from './doctor-check.ts';
import { checkJudges, type JudgeOption } from './doctor-judge.ts';

/** Looks at the judges' secret of a stack: at its value only where judges are to be asked with it. */
export async function checkSecret(
  resources: StackResources,
  { judge }: JudgeOption,
  catalogue: Catalogue | undefined,
): Promise<readonly Check[]> {
  const { judgeSecret } = resources;
  if (judgeSecret === undefined)
    return [ok('judge key', 'none is needed: no judge in use is asked with one')];
  const entries = catalogue?.judges === undefined ? [] : secretEntries(judgesInUse(catalogue));
  if (!judge || entries.length === 0) return [await checkVersions(judgeSecret, resources)];
  const checks: Check[] = [];
  for (const entry of entries) checks.push(checkValue(await readJudgeKey(judgeSecret, entry), resources));
  return checks;
}

const wantedKey = "the key of each judge in the stack's secret";

function checkValue(key: JudgeKey, { judgeKeyCommand }: StackResources): Check {
  if (key.ok) return ok('judge key', 'the secret is filled');
  if (key.unfilled)
    return fault('judge key', { wanted: wantedKey, found: key.reason, action: judgeKeyCommand });
  return warning('judge key', {
    wanted: wantedKey,
    found: key.reason,
    action:
      'see whether your role may read it (the policy of the output OperatorPolicyArn), or leave it out with --no-judge. The key that is there may be a good one: do not overwrite it',
  });
}

async function checkVersions(judgeSecret: string, { judgeKeyCommand }: StackResources): Promise<Check> {
  try {
    if (await wasSecretFilled(judgeSecret))
      return ok('judge key', 'the secret was filled; its value was not read');
    const found = 'what the deployment put there; nothing was put in since';
    return fault('judge key', { wanted: wantedKey, found, action: judgeKeyCommand });
  } catch (error) {
    return warning('judge key', {
      wanted: "a look at the secret's versions",
      found: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      action: 'see whether your role may describe it (the policy of the output ReaderPolicyArn)',
    });
  }
}

/** Asks each judge once, at the place that the deployed catalogue names and nowhere else: a key is one provider's. */
export async function askStackJudges(
  { judgeSecret }: StackResources,
  { judge }: JudgeOption,
  catalogue: Catalogue,
): Promise<readonly Check[]> {
  if (!judge) return [ok('judge', 'not asked (--no-judge)')];
  if (catalogue.judges === undefined)
    return [
      warning('judge', {
        wanted: 'the judges of the deployed catalogue, with their places',
        found: 'a catalogue without judges; nobody was asked',
        action:
          'deploy this version once. Without it a key could go to somebody whose it is not, so nobody is asked',
      }),
    ];
  const keyOf = async (entry: string): Promise<JudgeKey> =>
    judgeSecret === undefined
      ? {
          ok: false,
          unfilled: true,
          reason: 'the stack has no secret of keys; deploy it with the judges of now',
        }
      : readJudgeKey(judgeSecret, entry);
  return checkJudges({ ask: createJudgeCaller({ keyOf }), kind: 'real' }, catalogue, printAside);
}

import { wasSecretFilled } from '#adapters/secrets/describe-secret.ts';
import { type JudgeKey, readJudgeKey } from '#adapters/secrets/judge-key.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { output } from '#core/names.ts';
import type { StackResources } from '../target/stack-resources.ts';
import { type Check, fault, ok, warning } from './doctor-check.ts';
import { checkJudge, type JudgeOption } from './doctor-judge.ts';

/** Looks at the stack's secret: at its value only where the judge is to be asked with it. */
export async function checkSecret(resources: StackResources, { judge }: JudgeOption): Promise<Check> {
  return judge ? checkValue(await readJudgeKey(resources.judgeSecret), resources) : checkVersions(resources);
}

const wantedKey = "the key of the judge's provider in the stack's secret";

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

async function checkVersions({ judgeSecret, judgeKeyCommand }: StackResources): Promise<Check> {
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

/** Asks the judge once, at the address of the stack's output and nowhere else: the key is that provider's. */
export async function askStackJudge(
  { judgeSecret, judgeUrl }: StackResources,
  { judge }: JudgeOption,
  catalogue: Catalogue,
): Promise<Check> {
  if (!judge) return ok('judge', 'not asked (--no-judge)');
  if (judgeUrl === undefined || !URL.canParse(judgeUrl))
    return warning('judge', {
      wanted: `the address of the judge in the output ${output.judgeUrl}`,
      found: judgeUrl === undefined ? 'no such output; it was not asked' : 'no address; it was not asked',
      action:
        'deploy this version once. Without it the key could go to somebody whose it is not, so nobody is asked',
    });
  const key = await readJudgeKey(judgeSecret);
  if (!key.ok)
    return warning('judge', {
      wanted: 'a key to ask the judge with',
      found: `${key.reason}; it was not asked`,
      action: 'mend what is told of the judge key above, then run the doctor again',
    });
  return checkJudge({ key: key.key, url: judgeUrl, kind: 'real' }, catalogue, console.error);
}

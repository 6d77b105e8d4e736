import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Judge } from '#core/judges/judge.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';
import { constructStage } from '../support/construct-stage.ts';
import { list, resource, resourcesOf, statementsOf } from '../support/read-template.ts';

type Entry = Readonly<Record<string, unknown>>;

/** A rubric for each judge, named after it. */
function catalogueOf(entries: Readonly<Record<string, Entry>>) {
  const judges: Judge[] = Object.entries(entries).map(([name, entry]) => ({
    ...testJudge('judge-model', { authorisation: { secret: 'openai' }, ...entry }),
    name,
  }));
  const rubrics = judges.map(({ name }) => testRubric({ id: name, judge: { name, model: 'judge-model' } }));
  return testCatalogue({ rubrics, judges });
}

const byRole = {
  oss: {
    provider: 'bedrock',
    authorisation: 'role',
    region: 'eu-central-1',
    deployment: 'openai.gpt-oss-120b-1:0',
  },
  claude: {
    provider: 'bedrock',
    authorisation: 'role',
    api: 'converse',
    deployment: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
  },
};
const oss = {
  Action: 'bedrock:InvokeModel',
  Resource: 'arn:PARTITION:bedrock:eu-central-1::foundation-model/openai.gpt-oss-120b-1:0',
};
const profile =
  'arn:PARTITION:bedrock:REGION:ACCOUNT:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0';
const claude = [
  { Action: 'bedrock:InvokeModel', Resource: profile },
  {
    Action: 'bedrock:InvokeModel',
    Resource: 'arn:PARTITION:bedrock:*::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
    Condition: { StringEquals: { 'bedrock:InferenceProfileArn': profile } },
  },
];
const bearer = { Action: 'bedrock:CallWithBearerToken', Resource: '*' };

/** An ARN in words, its pseudo parameters spelt out. */
function spell(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spell);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (join !== undefined) return join[1].map(spell).join(join[0]);
  const names: Record<string, string> = { AccountId: 'ACCOUNT', Partition: 'PARTITION', Region: 'REGION' };
  if (Ref?.startsWith('AWS::')) return names[Ref.slice(5)];
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spell(each)]));
}

function bedrockStatements(template: Parameters<typeof resource>[0], policy?: string) {
  const policies =
    policy === undefined
      ? ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => resourcesOf(template, type))
      : [resource(template, 'AWS::IAM::Policy', policy)];
  return policies
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .filter(({ Action }) => list(Action).some((action) => String(action).startsWith('bedrock')))
    .flatMap(({ Effect: _, ...statement }) =>
      list(statement.Resource).map((one) => spell({ ...statement, Resource: one })),
    );
}

describe('a stack whose judges are all of Bedrock by role', () => {
  const { template } = synthesizeTemplate(catalogueOf(byRole), 'test');

  it('lets the judge call the named models, and sign a token, and nobody do more', () => {
    const statements = bedrockStatements(template, 'JudgingJudgeRoleDefaultPolicy');
    expect(statements).toHaveLength(4);
    expect(statements).toEqual(expect.arrayContaining([oss, ...claude, bearer]));
    expect(bedrockStatements(template)).toHaveLength(4);
  });

  it('has no secret, nobody who may read one, and no output that speaks of one', () => {
    expect(resourcesOf(template, 'AWS::SecretsManager::Secret')).toEqual([]);
    const text = JSON.stringify(template.Resources);
    expect(text).not.toContain('secretsmanager:');
    expect(text).not.toContain('ASSAY_JUDGE_SECRET_ID');
    expect(Object.keys(template.Outputs ?? {}).filter((name) => /secret|key/i.test(name))).toEqual([]);
  });

  it('passes the AwsSolutions checks', () => {
    const { stack } = constructStage(catalogueOf(byRole));
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });
});

describe('grants by what a judge is', () => {
  const granted = (entries: Readonly<Record<string, Entry>>) =>
    bedrockStatements(synthesizeTemplate(catalogueOf(entries), 'test').template);
  const at = 'arn:aws:bedrock:eu-west-1:111122223333';
  const through = (arn: string) => ({ StringEquals: { 'bedrock:InferenceProfileArn': arn } });

  it('none without a judge of Bedrock, or with one that has a key', () => {
    expect(granted({ one: {}, two: { provider: 'bedrock' } })).toEqual([]);
  });

  it('ARNs as given; those of profiles with the models behind them', () => {
    const converse = { provider: 'bedrock', authorisation: 'role', api: 'converse' };
    const arns = [
      `${at}:provisioned-model/abc`,
      `${at}:inference-profile/global.anthropic.claude-sonnet-4-5-v1:0`,
      `${at}:application-inference-profile/a1b2c3`,
    ] as const;
    const judges = Object.fromEntries(arns.map((deployment, n) => [`j${n}`, { ...converse, deployment }]));
    const [provisioned, global, own] = arns;
    const invoke = { Action: 'bedrock:InvokeModel' };
    const statements = granted(judges);
    expect(statements).toHaveLength(5);
    expect(statements).toEqual(
      expect.arrayContaining([
        { ...invoke, Resource: provisioned },
        { ...invoke, Resource: global },
        {
          ...invoke,
          Resource: 'arn:PARTITION:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-v1:0',
          Condition: through(global),
        },
        { ...invoke, Resource: own },
        { ...invoke, Resource: 'arn:PARTITION:bedrock:*::foundation-model/*', Condition: through(own) },
      ]),
    );
  });
});

import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { unpackCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { formatDurationWords } from '#cdk/alarms/describe-slo.ts';
import { formatMonthlyCost, monthlyCost } from '#cdk/monthly-cost.ts';
import { readSettings, settingsOf } from '#cdk/stage/settings.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { catalogueMetadata, output, severities, topicOutput } from '#core/names.ts';
import { day, hour, minute } from '#core/time.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { constructStage } from '../support/construct-stage.ts';
import { alarmsOf, resourcesOf } from '../support/read-template.ts';

/** A deployment that chooses whatever can be chosen. */
const everything = {
  account: '111122223333',
  region: 'eu-central-1',
  keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  tracing: 'on',
  tags: 'team=answers,cost-centre=4711',
  senders: '444455556666,o-a1b2c3d4e5',
  evaluators: '3',
  retain: 'true',
  deletionProtection: 'true',
};

const allSlos = { 'judge-pass': 'on', refusals: 'on', 'first-token': 'on', availability: 'on' };

describe('the stack', () => {
  it.each([
    ['test', {}],
    ['prod', { alarmEmail: 'team@example.com' }],
    ['full', everything],
  ])('stage %s passes the AwsSolutions checks, nested stacks included', (stage, chosen) => {
    const pack = new AwsSolutionsChecks();
    const { success, violations } = pack.validateScope(constructStage(testCatalogue(), stage, chosen).stack);
    expect(violations).toEqual([]);
    expect(success).toBe(true);
  });

  it('is looked at by these checks: one with an open queue fails', () => {
    const { stack } = constructStage(testCatalogue());
    for (const policy of stack.node.findAll().filter(({ node }) => /Queue\/Policy$/.test(node.path))) {
      policy.node.scope?.node.tryRemoveChild('Policy');
    }
    expect(
      new AwsSolutionsChecks().validateScope(stack).violations.map(({ ruleName }) => ruleName),
    ).toContain('AwsSolutions-SQS4');
  });

  it('gives every suppression a reason', () => {
    const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
    const reasons = constructStage(testCatalogue())
      .stack.node.findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === key)
          .flatMap(({ data }) => Object.values(data as Record<string, string>)),
      );
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(40);
  });

  it('passes CloudFormation’s own rules', () => {
    for (const chosen of [{}, everything]) {
      const { app } = constructStage(testCatalogue(), 'test', chosen, {
        builtinCloudFormationValidation: true,
      });
      expect(() => app.synth()).not.toThrow();
    }
  });

  it('holds 60 surfaces of 4 SLOs, under 500 resources a stack', () => {
    const surfaces = Array.from({ length: 60 }, (_, index) => ({
      surface: `surface-${index}`,
      tier: 1,
      slos: allSlos,
    }));
    const { template, nested } = synthesizeTemplate(testCatalogue({ surfaces }), 'test');
    expect(Object.keys(template.Resources).length).toBeLessThan(500);
    expect(nested).toHaveLength(61);
    for (const { template } of nested) expect(Object.keys(template.Resources).length).toBeLessThan(500);
    const names = alarmsOf({ template, nested }).map(({ properties }) => properties.AlarmName);
    expect(new Set(names).size).toBe(names.length);
  });

  it('refuses surfaces and SLOs whose alarms would share a name', () => {
    const slo = { title: 't', category: 'cost', sli: { kind: 'success' }, objective: 0.9, window: '1d' };
    const catalogue = testCatalogue({
      policy: { slos: { b: slo, 'cost-b': slo } },
      surfaces: [
        { surface: 'a', slos: { 'cost-b': 'on' } },
        { surface: 'a-cost', slos: { b: 'on' } },
        { surface: 'default', slos: {} },
      ],
    });
    expect(() => synthesizeTemplate(catalogue, 'test')).toThrow(
      /Two alarms would have the name "assay-test-a-cost-cost-b-page"/,
    );
  });

  it('names in its outputs every resource that a command may want', () => {
    const { Outputs = {} } = synthesizeTemplate(testCatalogue(), 'test').template;
    expect(Object.keys(Outputs).sort()).toEqual(
      [...Object.values(output), ...severities.map(topicOutput)].sort(),
    );
    for (const { Description, Value } of Object.values(Outputs)) {
      expect(Description).toBeTruthy();
      expect(Value).toBeTruthy();
    }
    expect(Outputs[output.stage]?.Value).toBe('test');
  });

  it('carries the catalogue that it was deployed with', () => {
    const catalogue = testCatalogue();
    const { Metadata } = synthesizeTemplate(catalogue, 'test').template;
    expect(unpackCatalogue(String(Metadata?.[catalogueMetadata]))).toEqual(
      JSON.parse(JSON.stringify(catalogue)),
    );
  });
});

describe('stages', () => {
  it('stay apart in one account: no name of one is a name of the other', () => {
    const named = (stage: string) => {
      const synthesis = synthesizeTemplate(testCatalogue(), stage);
      const places = [synthesis.template, ...synthesis.nested.map(({ template }) => template)];
      return places.flatMap(({ Resources }) =>
        Object.values(Resources).flatMap(({ Properties = {} }) =>
          // Names that are fixed in the template; CloudFormation makes the others of the stack's own name.
          Object.entries(Properties).flatMap(([key, value]) =>
            /^(AlarmName|\w*Name|Namespace)$/.test(key) && typeof value === 'string'
              ? [`${key}=${value}`]
              : [],
          ),
        ),
      );
    };
    const shared = /^(MetricName|PolicyName|Namespace=AWS\/)/;
    const [dev, prod] = [named('dev'), named('prod')].map((names) =>
      names.filter((name) => !shared.test(name)),
    );
    expect(dev?.length).toBeGreaterThan(10);
    expect(dev?.filter((name) => prod?.includes(name))).toEqual([]);
  });

  it.each(['Prod', 'my-stage', '1st', 'a'.repeat(17), 'dev;rm'])(
    'refuses the name "%s" and says what one looks like',
    (stage) => {
      expect(() => settingsOf(stage)).toThrow(
        /wanted a lower-case letter, then letters and digits, at most 16/,
      );
    },
  );

  it('refuses flags that cannot be meant, all at once', () => {
    const flags: Record<string, string> = {
      alarmEmail: 'nobody',
      judgeUrl: 'http://example.com',
      retain: 'perhaps',
    };
    expect(readSettings((name) => flags[name])).toMatchObject({
      ok: false,
      faults: [
        expect.stringContaining('alarmEmail'),
        expect.stringContaining('judgeUrl'),
        expect.stringContaining('retain'),
      ],
    });
  });

  it('is dev unless told otherwise', () => {
    expect(readSettings(() => undefined)).toMatchObject({
      ok: true,
      settings: { stage: 'dev', retain: false },
    });
  });
});

describe('the month’s cost', () => {
  it('counts every alarm at $0.10 and every metric at $0.30', () => {
    const catalogue = testCatalogue();
    const cost = monthlyCost(constructStage(catalogue).stack, catalogue);
    expect(cost.alarms).toBe(alarmsOf(synthesizeTemplate(catalogue, 'test')).length);
    expect(cost.compositeAlarms).toBe(0);
    expect(cost.usd).toBeCloseTo(cost.alarms * 0.1 + cost.metrics * 0.3, 9);
    expect(formatMonthlyCost('test', cost)).toMatch(
      /^Stage test: \d+ alarms and at most \d+ metrics, about \$\d+ a month/,
    );
  });

  it('grows with a surface', () => {
    const cost = (surfaces: { surface: string }[]) => {
      const catalogue = testCatalogue({ surfaces });
      return monthlyCost(constructStage(catalogue).stack, catalogue);
    };
    const [one, two] = [cost([{ surface: 'a' }]), cost([{ surface: 'a' }, { surface: 'b' }])];
    expect(two.metrics).toBeGreaterThan(one.metrics);
    expect(two.alarms).toBeGreaterThan(one.alarms);
  });
});

describe('synthesis in this process', () => {
  it('gives each surface its template, and parameters that lead back to the parent', () => {
    const { template, nested } = synthesizeTemplate(testCatalogue(), 'test');
    expect(nested.map(({ surface }) => surface)).toEqual(['chat', 'default']);
    for (const { logicalId, parameters, template: child } of nested) {
      expect(template.Resources[logicalId]?.Type).toBe('AWS::CloudFormation::Stack');
      expect(Object.keys(parameters).sort()).toEqual(Object.keys(child.Parameters ?? {}).sort());
      for (const value of Object.values(parameters))
        expect(template.Resources[(value as { Ref: string }).Ref]?.Type).toBe('AWS::SNS::Topic');
    }
  });

  it('gives the same template again: logical ids do not move', () => {
    expect(synthesizeTemplate(testCatalogue(), 'test')).toEqual(synthesizeTemplate(testCatalogue(), 'test'));
  });

  it('keeps what the local run makes to references it can resolve', () => {
    const { template, nested } = synthesizeTemplate(testCatalogue(), 'test');
    const made = [
      'AWS::SQS::Queue',
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::SNS::Topic',
      'AWS::CloudWatch::Alarm',
      'AWS::Scheduler::Schedule',
      'AWS::Lambda::EventSourceMapping',
      'AWS::SecretsManager::Secret',
    ];
    const used = new Set<string>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'Ref' || key.startsWith('Fn::')) used.add(key);
        collect(inner);
      }
    };
    for (const place of [template, ...nested.map(({ template }) => template)]) {
      for (const type of made) for (const { properties } of resourcesOf(place, type)) collect(properties);
    }
    expect([...used].sort()).toEqual(['Fn::GetAtt', 'Ref']);
  });

  it('says durations as the files do', () => {
    expect([5 * minute, hour, 24 * hour, 7 * day, 90 * minute].map(formatDurationWords)).toEqual([
      '5m',
      '1h',
      '24h',
      '7d',
      '90m',
    ]);
  });
});

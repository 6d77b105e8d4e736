import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { descriptionOf } from '#cdk/alarms/alarm.ts';
import { toleratedErrors } from '#cdk/alarms/operational-alarms.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { countAlarms } from '#core/cost/count-alarms.ts';
import { dimension, metric, severities } from '#core/names.ts';
import { findOwnAlarm } from '#core/slo/words/own-alarms.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import {
  alarmsOf,
  list,
  resource,
  resourcesOf,
  type Statement,
  statementsOf,
} from '../support/read-template.ts';

const synthesis = synthesizeTemplate(testCatalogue(), 'test');
const { template } = synthesis;
const alarms = alarmsOf(synthesis);
const nameOf = (alarm: (typeof alarms)[number]) => String(alarm.properties.AlarmName);
const named = (name: string) => {
  const found = alarms.find((alarm) => nameOf(alarm) === name);
  if (found === undefined) throw new Error(`no alarm ${name} among ${alarms.map(nameOf).join(', ')}`);
  return found;
};

describe('an alarm can really notify', () => {
  const byCloudWatch = ({ Effect, Principal }: Statement) =>
    Effect === 'Allow' &&
    (Principal as { Service?: string } | undefined)?.Service === 'cloudwatch.amazonaws.com';
  const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

  it.each(alarms.map((alarm) => [nameOf(alarm), alarm] as const))(
    '%s: action, topic, topic policy, key, key policy',
    (_, alarm) => {
      expect(list(alarm.properties.AlarmActions)).toHaveLength(1);
      const [topicId] = alarm.topics;
      const topic = resource(template, 'AWS::SNS::Topic', topicId ?? '');

      const policies = resourcesOf(template, 'AWS::SNS::TopicPolicy').filter(({ properties }) =>
        list(properties.Topics).some((target) => (target as { Ref: string }).Ref === topicId),
      );
      const publish = policies
        .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
        .find(byCloudWatch);
      expect(publish).toMatchObject({
        Action: 'sns:Publish',
        Resource: { Ref: topicId },
        Condition: ofThisAccount,
      });

      const [keyId] = (topic.properties.KmsMasterKeyId as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      const key = resource(template, 'AWS::KMS::Key', keyId);
      const use = statementsOf(key.properties.KeyPolicy).find(byCloudWatch);
      expect(use).toMatchObject({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: ofThisAccount,
      });
    },
  );

  it('tells of its end where somebody is to act at once, and of a new alarm’s first OK nowhere else', () => {
    const urgent = ['Rollback', 'Page'].map(
      (name) => resource(template, 'AWS::SNS::Topic', `Notifications${name}Topic`).id,
    );
    for (const { properties, topics } of alarms) {
      const actions = urgent.includes(topics[0] ?? '') ? list(properties.AlarmActions) : [];
      expect(list(properties.OKActions)).toEqual(actions);
    }
  });

  it('mails of these no OK that ends nothing', () => {
    const mailed = synthesizeTemplate(testCatalogue(), 'test', { alarmEmail: 'team@example.com' }).template;
    for (const { properties } of resourcesOf(mailed, 'AWS::SNS::Subscription')) {
      const { Ref } = properties.TopicArn as { Ref: string };
      const urgent = /^Notifications(Rollback|Page)Topic/.test(Ref);
      expect(properties.FilterPolicyScope).toBe(urgent ? 'MessageBody' : undefined);
      expect(properties.FilterPolicy).toEqual(
        urgent ? { $or: [{ NewStateValue: ['ALARM'] }, { OldStateValue: ['ALARM'] }] } : undefined,
      );
    }
  });

  it('mails every severity where an address is given', () => {
    expect(resourcesOf(template, 'AWS::SNS::Subscription')).toHaveLength(0);
    const mailed = synthesizeTemplate(testCatalogue(), 'test', { alarmEmail: 'team@example.com' }).template;
    const subscriptions = resourcesOf(mailed, 'AWS::SNS::Subscription');
    expect(subscriptions).toHaveLength(severities.length);
    for (const { properties } of subscriptions)
      expect(properties).toMatchObject({ Protocol: 'email', Endpoint: 'team@example.com' });
  });
});

describe('what an alarm says', () => {
  it.each(alarms.map((alarm) => [nameOf(alarm), alarm] as const))(
    '%s: meaning, first step, owner and runbook',
    (name, alarm) => {
      const description = String(alarm.properties.AlarmDescription);
      expect(description.length).toBeLessThanOrEqual(1024);
      expect(description).toMatch(/Fires .+\. .*First step: .+/s);
      expect(description).toMatch(/\nOwner: \S+\nRunbook: https:\/\/\S+#\S+$/);
      expect(description).not.toMatch(/undefined|NaN|\[object|\d\.\d{7,}/);
      expect(name).toMatch(/^assay-test-/);
    },
  );

  it('begins with a plain sentence where it watches no objective, and has a title for lists', () => {
    const own = alarms.filter(({ properties }) => properties.MetricName !== metric.pressure);
    const cohorts = own.filter((alarm) => findOwnAlarm('test', nameOf(alarm)) === undefined);
    expect(cohorts.map(nameOf)).toEqual([]);
    expect(own.length).toBeGreaterThan(30);
    for (const alarm of own) {
      const plain = String(alarm.properties.AlarmDescription).split('\n')[0];
      expect(plain).toBe(findOwnAlarm('test', nameOf(alarm))?.plain);
      expect(plain).not.toMatch(/DLQ|metric|threshold/i);
    }
  });

  it('keeps owner and runbook whole in a description that must be cut', () => {
    const cut = descriptionOf({
      measures: 'm'.repeat(2_000),
      means: 'x',
      firstStep: 'y',
      owner: 'team',
      runbook: 'https://example.com/r#s',
    });
    expect(cut).toHaveLength(1024);
    expect(cut).toMatch(/m…\nOwner: team\nRunbook: https:\/\/example\.com\/r#s$/);
  });

  it('names bound, windows and bad share in the words of the file', () => {
    const description = String(named('assay-test-chat-latency-first-token-page').properties.AlarmDescription);
    expect(description).toContain(
      'share of responses whose time to the first token is at most 600 ms, wanted at least 95% over 24h',
    );
    expect(description).toContain(
      'over 6h and 30m the error budget burns at 2 times its even rate or faster (10% bad)',
    );
  });
});

describe('alarms of SLOs', () => {
  const pressure = alarms.filter(({ properties }) => properties.MetricName === metric.pressure);

  it('are one per SLO and severity of its tier, and none for an informational SLO', () => {
    const catalogue = testCatalogue({
      surfaces: [
        { surface: 'chat', tier: 1, slos: { 'judge-pass': 'on', refusals: 'on', 'provider-success': 'on' } },
      ],
    });
    const names = alarmsOf(synthesizeTemplate(catalogue, 'test')).map(nameOf);
    expect(names.filter((name) => name.startsWith('assay-test-chat-quality-')).sort()).toEqual([
      'assay-test-chat-quality-judge-pass-digest',
      'assay-test-chat-quality-judge-pass-page',
      'assay-test-chat-quality-judge-pass-rollback',
      'assay-test-chat-quality-judge-pass-ticket',
      'assay-test-chat-quality-refusals-ticket',
    ]);
    expect(names.filter((name) => name.includes('provider-success'))).toEqual([]);
  });

  it('watch the pressure gauge: at 1, by the minute, at once, and hold their state in a gap', () => {
    expect(pressure).toHaveLength(3 * 3 + 2);
    for (const { properties } of pressure) {
      expect(properties).toMatchObject({
        Namespace: 'Assay/test',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      });
      const dimensions = list(properties.Dimensions) as { Name: string; Value: string }[];
      expect(dimensions.map(({ Name }) => Name).sort()).toEqual(
        [dimension.severity, dimension.slo, dimension.surface].sort(),
      );
    }
  });

  it('tell the topic of their severity', () => {
    for (const severity of severities) {
      const topic = resource(
        template,
        'AWS::SNS::Topic',
        `Notifications${severity[0]?.toUpperCase()}${severity.slice(1)}Topic`,
      ).id;
      for (const alarm of pressure.filter((one) => nameOf(one).endsWith(`-${severity}`)))
        expect(alarm.topics).toEqual([topic]);
    }
  });

  it('come with one alarm per surface for what cannot be measured', () => {
    for (const surface of ['chat', 'default']) {
      expect(named(`assay-test-${surface}-unmeasured`).properties).toMatchObject({
        MetricName: metric.unmeasuredSlos,
        Dimensions: [{ Name: dimension.surface, Value: surface }],
      });
    }
  });

  it('watch the sample from both sides, and from below alone where everything is judged', () => {
    const catalogue = testCatalogue({ surfaces: [{ surface: 'chat' }, { surface: 'whole', sampleRate: 1 }] });
    const names = alarmsOf(synthesizeTemplate(catalogue, 'test')).map(nameOf);
    expect(names.filter((name) => /(chat|whole)-sampled-share/.test(name)).sort()).toEqual([
      'assay-test-chat-sampled-share-high',
      'assay-test-chat-sampled-share-low',
      'assay-test-whole-sampled-share-low',
    ]);
  });
});

describe('the alarm of ends without a verdict', () => {
  it('fires over a fifth, not at it, and opens a ticket', () => {
    expect(named('assay-test-chat-unjudged').properties).toMatchObject({
      MetricName: metric.unjudgedShare,
      Threshold: 0.2,
      ComparisonOperator: 'GreaterThanThreshold',
      Dimensions: [{ Name: dimension.surface, Value: 'chat' }],
    });
  });
});

describe('operational alarms', () => {
  it('are all there', () => {
    const operations = alarms.map(nameOf).filter((name) => name.startsWith('assay-test-operations-'));
    expect(operations.map((name) => name.replace('assay-test-operations-', '')).sort()).toEqual([
      'cap-reached',
      'evaluator-crashes',
      'evaluator-dropped',
      'evaluator-near-timeout',
      'evaluator-silent',
      'evaluator-throttles',
      'judge-blocked',
      'judge-crashes',
      'judge-dlq',
      'judge-drift-helpfulness',
      'judge-errors',
      'judge-near-timeout',
      'judge-overcharged',
      'judge-queue-age',
      'judge-retires',
      'judge-retires-soon',
      'judge-throttles',
      'late-verdicts',
      'rating-dlq',
      'ratings-crashes',
      'ratings-dropped',
      'ratings-near-timeout',
      'ratings-throttles',
      'rejected-growing',
      'response-dlq',
      'response-queue-age',
      'sampler-crashes',
      'sampler-near-timeout',
      'sampler-throttles',
      'table-throttles',
    ]);
  });

  it('page for a silent evaluator alone, when 8 of 10 minutes since its first tick had none', () => {
    const silent = named('assay-test-operations-evaluator-silent');
    expect(silent.properties).toMatchObject({
      TreatMissingData: 'ignore',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 10,
      DatapointsToAlarm: 8,
      Metrics: [
        { Expression: 'IF(FILL(beats, REPEAT) > 0, FILL(beats, 0))' },
        { Id: 'beats', MetricStat: { Stat: 'Sum', Period: 60 }, ReturnData: false },
      ],
    });
    expect(silent.topics).toEqual([resource(template, 'AWS::SNS::Topic', 'NotificationsPageTopic').id]);
    const ticket = resource(template, 'AWS::SNS::Topic', 'NotificationsTicketTopic').id;
    for (const alarm of alarms.filter((one) => nameOf(one).includes('-operations-') && one !== silent)) {
      expect(alarm.topics).toEqual([ticket]);
    }
  });

  it.each([
    ['sampler', 48_000],
    ['judge', 144_000],
    // Of its minute, after which the next tick is due, and not of its time-out.
    ['evaluator', 48_000],
    ['ratings', 720_000],
  ])('watch the %s for runs over four fifths of its time', (name, threshold) => {
    expect(named(`assay-test-operations-${name}-near-timeout`).properties).toMatchObject({
      MetricName: 'Duration',
      Statistic: 'Maximum',
      Threshold: threshold,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    });
  });

  it('watch crashes and throttles of every function, and what Lambda drops where no queue keeps it', () => {
    const watched = (metricName: string) =>
      alarms
        .filter(({ properties }) => properties.MetricName === metricName)
        .map(({ properties }) => {
          const [{ Value }] = list(properties.Dimensions) as [{ Value: { Ref: string } }];
          return Value.Ref;
        });
    const functions = resourcesOf(template, 'AWS::Lambda::Function').map(({ id }) => id);
    expect(watched('Errors').sort()).toEqual(functions.sort());
    expect(watched('Throttles').sort()).toEqual(functions.sort());
    expect(watched('AsyncEventsDropped').sort()).toEqual(
      functions.filter((id) => /^(RatingIntake|SloEvaluation)/.test(id)).sort(),
    );
  });

  it('fire at the first crash of the ratings function, for three tries may lie hours apart', () => {
    expect(named('assay-test-operations-ratings-crashes').properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  it('are as many as the bill counts', () => {
    expect(alarms).toHaveLength(countAlarms(testCatalogue()));
  });

  it('wait longer than the 15 minutes that a blocked judge parks a message', () => {
    expect(Number(named('assay-test-operations-judge-queue-age').properties.Threshold)).toBeGreaterThan(
      2 * 15 * 60,
    );
  });

  it('tolerate a quarter of the expected calls, and ten on a quiet stage', () => {
    const busy = testCatalogue({
      surfaces: [
        { surface: 'chat', expectedPerDay: 192_000 },
        { surface: 'default', expectedPerDay: 1 },
      ],
    });
    // 192,000 a day at 5% is 100 calls in 15 minutes.
    expect(toleratedErrors(busy, Duration.minutes(15))).toBeCloseTo(26, 0);
    const twice = testCatalogue({
      surfaces: [
        { surface: 'chat', expectedPerDay: 192_000 },
        { surface: 'default', expectedPerDay: 1 },
      ],
      rubrics: [testRubric(), testRubric({ id: 'second' })],
    });
    expect(toleratedErrors(twice, Duration.minutes(15))).toBeGreaterThanOrEqual(50);
    const quiet = testCatalogue({
      surfaces: [
        { surface: 'chat', expectedPerDay: 10 },
        { surface: 'default', expectedPerDay: 10 },
      ],
    });
    expect(toleratedErrors(quiet, Duration.minutes(15))).toBe(10);
  });
});

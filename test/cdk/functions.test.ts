import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lambdasFolder } from '#cdk/stage/repository.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { env, unfilledJudgeKey } from '#core/names.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { type Properties, resource, resourcesOf } from '../support/read-template.ts';

const { template } = synthesizeTemplate(testCatalogue(), 'test');

const functions = [
  ['sampler', 'IntakeSampler'],
  ['judge', 'JudgingJudge'],
  ['slo-evaluator', 'SloEvaluationSloEvaluator'],
  ['ratings', 'RatingIntakeRatings'],
] as const;

const variablesOf = (id: string): Properties =>
  (resource(template, 'AWS::Lambda::Function', id).properties.Environment as { Variables: Properties })
    .Variables;

describe('functions', () => {
  it('knows them all', () => {
    expect(resourcesOf(template, 'AWS::Lambda::Function')).toHaveLength(functions.length);
    expect(JSON.stringify(template), 'every call is signed').not.toContain(env.unsigned);
  });

  it.each(functions)(
    '%s runs Node 24 on arm64, with a log that ends, and no more than its timeout',
    (_, id) => {
      const { properties } = resource(template, 'AWS::Lambda::Function', id);
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      const log = (properties.LoggingConfig as { LogGroup: { Ref: string } }).LogGroup.Ref;
      expect(template.Resources[log]?.Properties).toMatchObject({ RetentionInDays: 30 });
    },
  );

  it.each(functions)(
    '%s reads the catalogue from a layer, so that a changed rubric deploys no code',
    (_, id) => {
      const { properties } = resource(template, 'AWS::Lambda::Function', id);
      expect(properties.Layers).toEqual([
        { Ref: resource(template, 'AWS::Lambda::LayerVersion', 'CatalogueLayer').id },
      ]);
      expect(variablesOf(id)).toMatchObject({
        [env.catalogue]: '/opt/assay/catalogue.json',
        [env.stage]: 'test',
      });
    },
  );

  /** Lambda's own, one that a function has only where there are several of its kind, and the judge of a local run. */
  const givenOtherwise: readonly string[] = [env.functionMemory, env.evaluatorShare, env.judgeUrl];

  it.each(functions)('%s is given every variable that its files ask for', (name, id) => {
    const folder = join(lambdasFolder, name);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    const source = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const asked = [...source.matchAll(/\benv\.(\w+)/g)].map(([, key]) => env[key as keyof typeof env]);
    expect(asked.length).toBeGreaterThan(0);
    expect(Object.keys(variablesOf(id))).toEqual(
      expect.arrayContaining(asked.filter((name) => name !== undefined && !givenOtherwise.includes(name))),
    );
  });

  it('leaves the code as it is when the catalogue changes', () => {
    const assets = (cap: number) => {
      const { template } = synthesizeTemplate(
        testCatalogue({ policy: { spendingCapUsdPerDay: cap } }),
        'test',
      );
      const of = (type: string, property: string) =>
        resourcesOf(template, type).map(({ properties }) => properties[property]);
      return { code: of('AWS::Lambda::Function', 'Code'), layer: of('AWS::Lambda::LayerVersion', 'Content') };
    };
    const [before, after] = [assets(10), assets(20)];
    expect(after.code).toEqual(before.code);
    expect(after.layer).not.toEqual(before.layer);
  });

  it('puts a placeholder into the secret that the judge takes for no key', () => {
    expect(resource(template, 'AWS::SecretsManager::Secret', 'JudgingJudgeKey').properties.SecretString).toBe(
      unfilledJudgeKey,
    );
    expect(JSON.stringify(template.Outputs?.JudgeKeyCommand?.Value)).toContain('put-secret-value');
  });

  it('keeps the key itself out of every environment', () => {
    for (const [, id] of functions) {
      expect(Object.keys(variablesOf(id)).filter((name) => /KEY|TOKEN|PASSWORD/.test(name))).toEqual([]);
    }
  });
});

describe('schedule', () => {
  it('ticks each minute with the scheduled time, once, and lets a missed tick go', () => {
    const { properties } = resource(template, 'AWS::Scheduler::Schedule', 'SloEvaluationEachMinute');
    expect(properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    const target = properties.Target as { Input: string; Arn: unknown };
    expect(JSON.parse(target.Input)).toEqual({ time: '<aws.scheduler.scheduled-time>' });
    const evaluator = resource(template, 'AWS::Lambda::Function', 'SloEvaluationSloEvaluator');
    expect(target.Arn).toEqual({ 'Fn::GetAtt': [evaluator.id, 'Arn'] });
  });

  it('has the ratings function carry ratings each hour', () => {
    const { properties } = resource(template, 'AWS::Scheduler::Schedule', 'RatingIntakeEachHour');
    const ratings = resource(template, 'AWS::Lambda::Function', 'RatingIntakeRatings');
    const target = properties.Target as { Input: string; Arn: unknown };
    expect(properties.ScheduleExpression).toBe('rate(1 hour)');
    expect(JSON.parse(target.Input)).toEqual({ time: '<aws.scheduler.scheduled-time>' });
    expect(target.Arn).toEqual({ 'Fn::GetAtt': [ratings.id, 'Arn'] });
  });

  it('never evaluates twice at once and never again', () => {
    const evaluator = resource(template, 'AWS::Lambda::Function', 'SloEvaluationSloEvaluator');
    expect(evaluator.properties.ReservedConcurrentExecutions).toBe(1);
    const invoke = resource(
      template,
      'AWS::Lambda::EventInvokeConfig',
      'SloEvaluationSloEvaluatorEventInvokeConfig',
    );
    expect(invoke.properties).toMatchObject({
      FunctionName: { Ref: evaluator.id },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

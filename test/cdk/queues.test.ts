import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import { freezeAfter } from '#core/time.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { list, resource, resourcesOf, statementsOf } from '../support/read-template.ts';

const { template } = synthesizeTemplate(testCatalogue(), 'test');
const queue = (id: string) => resource(template, 'AWS::SQS::Queue', id);
const seconds = (value: unknown) => Number(value);

describe('queues', () => {
  it('encrypts every queue', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    expect(queues.length).toBeGreaterThanOrEqual(5);
    for (const { properties } of queues) expect(properties.SqsManagedSseEnabled).toBe(true);
  });

  it.each([
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
  ])('closes every %s to anything but TLS', (type, policyType, targets) => {
    const closed = resourcesOf(template, policyType)
      .filter(({ properties }) =>
        statementsOf(properties.PolicyDocument).some(
          ({ Effect, Principal, Condition }) =>
            Effect === 'Deny' &&
            JSON.stringify(Principal).includes('*') &&
            Condition?.Bool?.['aws:SecureTransport'] === 'false',
        ),
      )
      .flatMap(({ properties }) =>
        list(properties[targets]).map((target) => (target as { Ref: string }).Ref),
      );
    expect(closed.sort()).toEqual(
      resourcesOf(template, type)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('gives each source six times its function’s time-out, and the batch window on top', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(2);
    for (const { properties } of mappings) {
      const source = (properties.EventSourceArn as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
      const target = (properties.FunctionName as { Ref: string }).Ref;
      const timeout = seconds(template.Resources[target]?.Properties?.Timeout);
      const window = seconds(properties.MaximumBatchingWindowInSeconds ?? 0);
      expect(seconds(queue(source).properties.VisibilityTimeout)).toBeGreaterThanOrEqual(
        6 * timeout + window,
      );
      expect(properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(properties).not.toHaveProperty('FilterCriteria');
      expect(properties).toHaveProperty('ScalingConfig.MaximumConcurrency');
    }
  });

  it('samples in large batches and judges in small ones', () => {
    const batchSizes = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
      ({ properties }) => properties.BatchSize,
    );
    expect(batchSizes.sort()).toEqual([10, 2_000]);
  });

  it('never lets waiting for a blocked judge spend a message', () => {
    expect(queue('JudgeQueue').properties.RedrivePolicy).toMatchObject({ maxReceiveCount: 1_000 });
  });

  it('keeps waiting judgements past the freeze of their hour: the judge itself puts them into the DLQ then', () => {
    const { MessageRetentionPeriod } = queue('JudgeQueue').properties;
    expect(seconds(MessageRetentionPeriod) * 1_000).toBeGreaterThan(2 * freezeAfter);
  });

  it('keeps parked messages longer than working ones, for a moved message keeps its age', () => {
    for (const { properties } of resourcesOf(template, 'AWS::SQS::Queue')) {
      const redrive = properties.RedrivePolicy as
        | { deadLetterTargetArn: { 'Fn::GetAtt': [string, string] } }
        | undefined;
      if (redrive === undefined) continue;
      const dlq = queue(redrive.deadLetterTargetArn['Fn::GetAtt'][0]);
      expect(seconds(dlq.properties.MessageRetentionPeriod)).toBeGreaterThan(
        seconds(properties.MessageRetentionPeriod),
      );
    }
    expect(queue('IntakeRejectedQueue').properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });
});

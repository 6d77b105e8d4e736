import { describe, expect, it } from 'vitest';
import { describeOwnAlarm, findOwnAlarm } from '#core/slo/words/own-alarms.ts';

describe('an alarm that watches no objective', () => {
  it.each([
    ['assay-prod-operations-judge-dlq', undefined, 'judgements given up'],
    ['assay-prod-operations-cap-reached', undefined, "day's budget for judging spent"],
    ['assay-prod-operations-evaluator-2-silent', undefined, 'evaluator 2 silent'],
    ['assay-prod-operations-judge-drift-faq-crashes', undefined, 'judge of faq-crashes has changed'],
    ['assay-prod-operations-sampler-near-timeout', undefined, 'sampler function nearly out of time'],
    ['assay-prod-operations-judge-drift-unjudged', undefined, 'judge of unjudged has changed'],
    ['assay-prod-operations-unjudged', 'operations', 'sampled answers without a verdict'],
    ['assay-prod-chat-unjudged', 'chat', 'sampled answers without a verdict'],
    // Not of "chat", with which its name begins.
    ['assay-prod-chat-2-sampled-share-low', 'chat-2', 'too few answers sampled'],
  ])('%s is told of %s as "%s"', (alarm, surface, title) => {
    const own = findOwnAlarm('prod', alarm);
    expect(own).toMatchObject({ title, ...(surface !== undefined && { surface }) });
    expect(own?.surface).toBe(surface);
    expect(own?.plain).toMatch(/^[A-Z].{20,120}\.$/);
  });

  it.each(['assay-prod-chat-quality-judge-pass-page', 'assay-other-operations-judge-dlq', 'judge-dlq'])(
    'is not %s',
    (alarm) => expect(findOwnAlarm('prod', alarm)).toBeUndefined(),
  );

  it('has no words that every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(describeOwnAlarm(name)).toBeUndefined();
  });
});

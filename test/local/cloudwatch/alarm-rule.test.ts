import { describe, expect, it } from 'vitest';
import { findSuppression } from '#local/cloudwatch/action-suppression.ts';
import { type AlarmState, alarmNameOf, parseAlarmRule } from '#local/cloudwatch/alarm-rule.ts';

const states: Record<string, AlarmState> = {
  red: 'ALARM',
  green: 'OK',
  grey: 'INSUFFICIENT_DATA',
  'a "b"': 'ALARM',
};

function holds(text: string): boolean | string {
  const parsed = parseAlarmRule(text);
  return parsed.ok ? parsed.rule.holds((name) => states[name] ?? 'INSUFFICIENT_DATA') : parsed.message;
}

const results: Record<string, [string, boolean]> = {
  'ALARM of an alarm in ALARM holds': ['ALARM("red")', true],
  'a name may stand without quotes': ['ALARM(red)', true],
  'an ARN names its alarm': ['ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:red")', true],
  'a bare ARN names its alarm': ['ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:red)', true],
  'quotes within a name are escaped': ['ALARM("a \\"b\\"")', true],
  'OK of an alarm in OK holds': ['OK("green")', true],
  'OK is not the same as not ALARM': ['OK("grey")', false],
  'INSUFFICIENT_DATA has its function': ['INSUFFICIENT_DATA("grey")', true],
  'AND wants both': ['ALARM("red") AND ALARM("green")', false],
  'OR wants one': ['ALARM("red") OR ALARM("green")', true],
  'NOT binds closest': ['NOT ALARM("green") AND ALARM("red")', true],
  'AND binds closer than OR': ['TRUE OR FALSE AND FALSE', true],
  'parentheses bind first': ['(TRUE OR FALSE) AND FALSE', false],
  'spaces do not matter': [' ( ALARM ( "red" )AND(TRUE) ) ', true],
  'the shape that CDK writes': ['((ALARM("red") OR ALARM("green")) AND (NOT (ALARM("grey"))))', true],
};

describe('composite alarm rules', () => {
  for (const [sentence, [text, expected]] of Object.entries(results)) {
    it(`${sentence}: ${text}`, () => {
      expect(holds(text)).toBe(expected);
    });
  }

  it('names the alarms it watches, each once', () => {
    const parsed = parseAlarmRule('ALARM("red") AND NOT OK("green") OR ALARM(red)');
    expect(parsed.ok && parsed.rule.alarms).toEqual(['red', 'green']);
  });

  it('keeps a name with colons whole', () => {
    expect(alarmNameOf('arn:aws:cloudwatch:us-east-1:1:alarm:a:b c')).toBe('a:b c');
  });
});

const refusals: Record<string, [string, RegExp]> = {
  'an unknown function': ['AT_LEAST(2, ALARM, (a, b))', /unsupported AT_LEAST/],
  'a bare name': ['"red"', /stands outside ALARM\(\)/],
  'no name': ['ALARM()', /wants an alarm's name/],
  'a missing bracket': ['(ALARM("red")', /wanted \) before the end/],
  'a missing operator': ['ALARM("red") ALARM("green")', /unexpected ALARM/],
  'an open quote': ['ALARM("red', /cannot read/],
  nothing: ['  ', /unexpected end/],
};

describe('rules that cannot be read say why', () => {
  for (const [sentence, [text, message]] of Object.entries(refusals)) {
    it(sentence, () => {
      expect(holds(text)).toMatch(message);
    });
  }
});

describe('a suppressor holds actions', () => {
  const quiet = {
    suppressorInAlarm: false,
    suppressorLeftAlarmAt: undefined,
    enteredAlarmAt: undefined,
    now: 600_000,
    waitSeconds: 60,
    extensionSeconds: 120,
  };
  const cases: Record<string, [Partial<Parameters<typeof findSuppression>[0]>, string | undefined]> = {
    'not at all without cause': [{}, undefined],
    'while it is in ALARM': [{ suppressorInAlarm: true }, 'Alarm'],
    'for the wait period after the alarm': [{ enteredAlarmAt: 550_000 }, 'WaitPeriod'],
    'no longer than the wait period': [{ enteredAlarmAt: 540_000 }, undefined],
    'for the extension period after its own alarm': [{ suppressorLeftAlarmAt: 500_000 }, 'ExtensionPeriod'],
    'no longer than the extension period': [{ suppressorLeftAlarmAt: 480_000 }, undefined],
  };
  for (const [sentence, [facts, expected]] of Object.entries(cases)) {
    it(sentence, () => {
      expect(findSuppression({ ...quiet, ...facts })).toBe(expected);
    });
  }
});

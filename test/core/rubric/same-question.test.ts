import { describe, expect, it } from 'vitest';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { carryingOf, changedQuestion, sameQuestion } from '#core/rubric/same-question.ts';

const levels = { 1: 'useless', 2: 'poor', 3: 'fair', 4: 'good', 5: 'complete' };
const base = {
  id: 'help',
  version: 1,
  title: 'Help',
  description: 'Whether the answer helps.',
  state: 'retired',
  surfaces: 'any',
  criteria: [
    { id: 'solves', question: 'Does it solve it?', scale: levels },
    { id: 'polite', question: 'Is it polite?', scale: { pass: 'it is', fail: 'it is not' } },
  ],
  overall: 'mean',
  passMark: 4,
  judge: { model: 'gpt-a' },
} as const;

function version(number: number, changes: object = {}): Rubric {
  return rubricSchema.parse({ ...base, version: number, ...changes });
}

const first = version(1);

describe('the question of a version', () => {
  it('is the same under another judge, state, surface and worked example', () => {
    const example = {
      request: 'How?',
      response: 'So.',
      verdict: { solves: { reason: 'It does.', score: 5 }, polite: { reason: 'It is.', score: 'pass' } },
    };
    for (const changes of [
      { judge: { model: 'gpt-b', parameters: { temperature: 0 }, maxOutputTokens: 900 } },
      { state: 'shadow', surfaces: ['chat'] },
      { sees: 'conversation-and-context' },
      { examples: [example] },
    ])
      expect(sameQuestion(first, version(2, changes))).toBe(true);
  });

  it('is another with any word, scale, rule or pass mark changed, and says which', () => {
    const criteria = (change: object) => [{ ...base.criteria[0], ...change }, base.criteria[1]];
    const cases: [object, string][] = [
      [{ title: 'Helpfulness' }, 'title'],
      [{ description: 'Whether it helps much.' }, 'description'],
      [{ criteria: criteria({ question: 'Does it solve all of it?' }) }, 'criteria'],
      [{ criteria: criteria({ scale: { ...levels, 3: 'half' } }) }, 'criteria'],
      [{ criteria: [...base.criteria].reverse() }, 'criteria'],
      [{ criteria: [base.criteria[0]] }, 'criteria'],
      [{ criteria: criteria({ weight: 2 }) }, 'weights of criteria'],
      [{ overall: 'minimum' }, 'overall rule'],
      [{ passMark: 3 }, 'pass mark'],
    ];
    for (const [change, part] of cases) {
      expect(changedQuestion(first, version(2, change))).toContain(part);
      expect(sameQuestion(first, version(2, change))).toBe(false);
    }
    expect(sameQuestion(first, version(2, { id: 'other' }))).toBe(false);
  });
});

describe('carrying', () => {
  const other = version(2, { passMark: 3 });

  it('stops where the question changed, unless the author says why it need not', () => {
    expect(carryingOf([first, other], first, other)).toEqual({ carries: false, changed: ['pass mark'] });
    const said = version(2, { passMark: 3, ratings: { carry: 'The mark moved, the levels did not.' } });
    expect(carryingOf([first, said], first, said)).toEqual({
      carries: true,
      reason: 'The mark moved, the levels did not.',
    });
  });

  it('goes through every version between', () => {
    const said = version(2, { passMark: 3, ratings: { carry: 'Because.' } });
    const third = version(3, { passMark: 3 });
    expect(carryingOf([first, said, third], first, third)).toMatchObject({ carries: true });
    expect(carryingOf([first, other, third], first, third)).toMatchObject({ carries: false });
    // And back to what was asked before.
    const back = version(3);
    expect(carryingOf([first, other, back], first, back)).toMatchObject({ carries: true });
  });

  it('stands in no hash', () => {
    const said = version(1, { ratings: { carry: 'Because.' } });
    expect(rubricContentHash(said)).toBe(rubricContentHash(first));
    expect(judgeFingerprint(said)).toBe(judgeFingerprint(first));
  });

  it('wants a reason', () => {
    for (const ratings of ['carry', {}, { carry: '' }, { carry: 'TODO' }])
      expect(rubricSchema.safeParse({ ...base, ratings }).success).toBe(false);
  });
});

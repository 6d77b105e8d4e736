import { expect, it } from 'vitest';
import type { JudgeRequest } from '#local/judges/judge-server.ts';
import { recordedJudge } from '#local/judges/recorded-judge.ts';

const request: JudgeRequest = {
  responseId: 'r1',
  criteria: new Map<string, readonly (number | string)[]>([
    ['helps', [1, 2, 3, 4, 5]],
    ['safe', ['pass', 'fail']],
  ]),
  prompt: '',
  model: 'm',
};

function answer(verdict: { score?: number; criteria?: Record<string, number | { score: number }> }): string {
  const reply = recordedJudge(new Map([['r1', { responseId: 'r1', ...verdict }]]))(request);
  return reply.kind === 'text' ? reply.text : '';
}

it('gives each criterion its own score, else the overall one', () => {
  const { criteria } = JSON.parse(answer({ score: 5, criteria: { helps: { score: 2 } } })) as {
    criteria: Record<string, { score: number | string }>;
  };
  expect([criteria.helps?.score, criteria.safe?.score]).toEqual([2, 'pass']);
});

it('gives an answer that nobody can read where a criterion has no score: none is made up', () => {
  expect(() => JSON.parse(answer({ criteria: { helps: 4 } }))).toThrow();
  expect(answer({ criteria: { helps: 4 } })).toContain('"safe"');
});

it('gives an answer that nobody can read for a response it does not know', () => {
  const reply = recordedJudge(new Map())(request);
  expect(reply.kind === 'text' && (() => JSON.parse(reply.text))).toThrow();
});

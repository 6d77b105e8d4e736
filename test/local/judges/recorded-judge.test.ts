import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JudgeRequest } from '#local/judges/judge-server.ts';
import { type RecordedVerdict, readRecordedVerdicts, recordedJudge } from '#local/judges/recorded-judge.ts';

const request: JudgeRequest = {
  responseId: 'r1',
  criteria: new Map<string, readonly (number | string)[]>([
    ['helps', [1, 2, 3, 4, 5]],
    ['safe', ['pass', 'fail']],
  ]),
  prompt: '',
  model: 'm',
};

function answer(verdict: Omit<RecordedVerdict, 'responseId'>): string {
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

interface Said {
  readonly criteria: Readonly<Record<string, { readonly score: number | string; readonly reason: string }>>;
}
const read = (verdict: Omit<RecordedVerdict, 'responseId'>) => (JSON.parse(answer(verdict)) as Said).criteria;

it.each([
  [1, 'fail'],
  [2, 'fail'],
  [3, 'fail'],
  [4, 'pass'],
  [5, 'pass'],
  ['pass', 'pass'],
  ['fail', 'fail'],
] as const)('takes a recorded %s for a %s of a criterion that passes or fails', (score, said) => {
  expect(read({ score: 5, criteria: { safe: score } }).safe?.score).toBe(said);
  expect(read({ criteria: { helps: 2, safe: { score } } }).safe?.score).toBe(said);
});

it('keeps the reason of each criterion', () => {
  const said = read({ score: 4, criteria: { helps: { score: 2, reason: 'It misses the point.' } } });
  expect(said.helps).toEqual({ score: 2, reason: 'It misses the point.' });
  expect(said.safe?.reason).toBe('A recorded verdict, without a reason.');
});

it('makes no number of a word', () => {
  expect(() => JSON.parse(answer({ score: 'pass' }))).toThrow();
  expect(answer({ score: 'pass' })).toContain('"helps", which has scores from 1 to 5');
});

it.each([
  ['{"responseId":"r1","score":6}', '"score": wanted a score, 1 to 5, "pass" or "fail", got a number'],
  ['{"responseId":"r1","score":"good"}', '"score": wanted a score, 1 to 5, "pass" or "fail", got a string'],
  ['{"responseId":"r1","criteria":[{"id":"safe","score":3}]}', 'got a list of 1'],
  ['{"responseId":"r1","criteria":{"safe":{"score":0}}}', '"criteria.safe.score": wanted a score'],
  ['{"score":5}', '"responseId": wanted the id of a response, got nothing'],
  ['{"responseId":"r1"}', 'wanted a "score", or "criteria" with one each, got neither'],
  ['[]', 'wanted a JSON object a line'],
  ['r1,5', 'wanted a JSON object a line'],
])('says where %s is wrong, what was wanted and what came', async (text, fault) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-recorded-'));
  const file = join(folder, 'verdicts.jsonl');
  await writeFile(file, `{"responseId":"r0","score":"pass"}\n${text}\n`);
  const reading = readRecordedVerdicts(file);
  await expect(reading).rejects.toThrow(`${file}:2 `);
  await expect(reading).rejects.toThrow(fault);
  await rm(folder, { recursive: true });
});

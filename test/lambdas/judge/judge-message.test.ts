import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readJudgeTask } from '#lambdas/judge/judge-message.ts';

const task = {
  responseId: 'r1',
  at: '2026-11-03T09:00:00.000Z',
  surface: 'chat',
  rubric: { id: 'helpfulness', version: 1 },
  fingerprint: '0123456789ab',
  repeat: 0,
  probability: 0.05,
  redrive: 0,
  texts: {
    request: { messages: [{ role: 'user', content: 'Hi', name: 'kept' }], kept: true },
    response: { content: 'Hello', finishReason: null },
    context: ['a', { text: 'b' }],
  },
};

/** The task with one place set, `undefined` for left out. */
function changed(place: string, value: unknown): string {
  const copy = structuredClone(task) as Record<string, unknown>;
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  let object = copy;
  for (const key of keys) object = object[key] as Record<string, unknown>;
  object[last] = value;
  return JSON.stringify(copy);
}

describe('a message of the judge queue', () => {
  it('is read as it stands, without what nobody knows', () => {
    const whole = { ...task, cohort: 'eu', rescored: true, zoom: 3, redactions: 0, userHash: 'a'.repeat(64) };
    const body = JSON.stringify({
      ...whole,
      apart: true,
      extra: 1,
      rubric: { ...task.rubric, extra: 1 },
      texts: { ...task.texts, extra: 1 },
    });
    expect(readJudgeTask(body)).toEqual({ ok: true, task: whole });
  });

  it.each<[string, unknown, string?]>([
    ['responseId', ''],
    ['responseId', 'a#b'],
    ['responseId', 'x'.repeat(201)],
    ['responseId', { length: { toString: {} } }],
    ['at', '2026-11-03T09:00:00.000+01:00'],
    ['at', '2026-02-30T09:00:00.000Z'],
    ['at', '2026-11-03T24:00:00Z'],
    ['at', 'now'],
    ['rubric', undefined],
    ['rubric', ['helpfulness', 1]],
    ['rubric.id', ''],
    ['rubric.version', 0],
    ['rubric.version', 1.5],
    ['fingerprint', '0123456789AB'],
    ['repeat', -1],
    ['repeat', undefined],
    ['probability', 0],
    ['probability', 1.01],
    ['probability', '1'],
    ['rescored', false],
    ['zoom', 1],
    ['redrive', null],
    ['cohort', null],
    ['userHash', 'a'.repeat(63)],
    ['texts', undefined],
    ['texts', []],
    ['texts.request', 'Hi'],
    ['texts.request.messages', {}],
    ['texts.request.messages.0', 'Hi'],
    ['texts.request.messages.0.role', ''],
    ['texts.request.messages.0.content', 3],
    ['texts.response.content', 5],
    ['texts.response.refused', 'no'],
    ['texts.context', 5],
    ['texts.context', [5], 'texts.context.0'],
  ])('is refused, and its place told, where %s is %j', (place, value, told = place) => {
    expect(readJudgeTask(changed(place, value))).toEqual({
      ok: false,
      reason: `wanted a judgement, got an object whose "${told}" does not fit`,
    });
  });

  it.each<[string, unknown]>([
    ['at', '2028-02-29T09:00Z'],
    ['probability', 1],
    ['texts.request', undefined],
    ['texts.request.messages.0.content', [{ type: 'text', text: 'Hi' }]],
    ['texts.request.messages.0.content', null],
    ['texts.response.content', null],
    ['texts.context', 'a passage'],
  ])('is read where %s is %j', (place, value) => {
    expect(readJudgeTask(changed(place, value)).ok).toBe(true);
  });
});

it("the judge's function starts without what it does not need for its first answer", async () => {
  const { metafile } = await build({
    entryPoints: ['lambdas/judge/handler.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['*/ask-bedrock.ts'],
    write: false,
    metafile: true,
    logLevel: 'error',
    outdir: 'bundle',
  });
  const heavy = Object.keys(metafile.inputs).filter((file) =>
    /node_modules\/(zod|openai|yaml|commander|aws-cdk-lib)\//.test(file),
  );
  expect(heavy).toEqual([]);
});

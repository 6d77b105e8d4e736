import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerJsonSchema } from '#core/rubric/answer-schema.ts';
import { overallScore, readVerdict } from '#core/rubric/verdict.ts';
import { testRubric } from '#test/support/catalogue.ts';

const scale = { 1: 'worst', 2: 'bad', 3: 'middling', 4: 'good', 5: 'best' };
const criterion = (id: string, rest: object = {}) => ({ id, question: `${id}?`, scale, ...rest });
const passFail = (id: string) => criterion(id, { scale: { pass: 'yes', fail: 'no' } });

const rubric = testRubric({
  criteria: [criterion('helps', { weight: 2 }), criterion('clear'), passFail('safe')],
  overall: 'mean',
});

const answer = (helps: unknown = 4, clear: unknown = 5, safe: unknown = 'pass') => ({
  criteria: {
    helps: { reason: 'it helps', score: helps },
    clear: { reason: 'it is clear', score: clear },
    safe: { reason: 'it is safe', score: safe },
  },
});
const text = (value: unknown = answer()) => JSON.stringify(value);

describe('reading a verdict', () => {
  it('gives each reason and score, the overall score and the pass', () => {
    expect(readVerdict(rubric, text())).toEqual({
      ok: true,
      verdict: {
        criteria: {
          helps: { reason: 'it helps', score: 4 },
          clear: { reason: 'it is clear', score: 5 },
          safe: { reason: 'it is safe', score: 5 },
        },
        score: 5,
        pass: true,
      },
    });
  });

  it("takes white space around the object, and an order of criteria that is not the rubric's", () => {
    const { criteria } = answer();
    const shuffled = { criteria: { safe: criteria.safe, clear: criteria.clear, helps: criteria.helps } };
    expect(readVerdict(rubric, ` \n${text(shuffled)}\n\t`)).toMatchObject({ ok: true });
  });

  it('keeps reasons to a length that can be stored', () => {
    const long = answer();
    long.criteria.helps.reason = 'x'.repeat(10_000);
    const reading = readVerdict(rubric, text(long));
    expect(reading.ok && reading.verdict.criteria.helps?.reason).toHaveLength(4_000);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['prose', 'The response is excellent, 5 out of 5.'],
    ['prose before the object', `Here is my verdict: ${text()}`],
    ['prose after the object', `${text()} I hope this helps.`],
    ['a fenced object', `\`\`\`json\n${text()}\n\`\`\``],
    ['two objects', `${text()}${text(answer(1, 1, 'fail'))}`],
    ['two objects on two lines', `${text(answer(1, 1, 'fail'))}\n${text()}`],
    ['an object cut off', text().slice(0, -4)],
    ['a trailing comma', text().replace(/\}\}$/, '},}')],
    ['single quotes', text().replaceAll('"', "'")],
    ['an object inside a string', JSON.stringify(text())],
    ['an object inside a list', `[${text()}]`],
    ['null', 'null'],
    ['the scores alone', '{"helps":5,"clear":5,"safe":"pass"}'],
    ['another schema', '{"score":5,"reason":"good"}'],
    ['an extra key beside the criteria', text({ ...answer(), overall: 5 })],
    ['an extra criterion', text({ criteria: { ...answer().criteria, forged: { reason: 'r', score: 5 } } })],
    [
      'an extra key in a criterion',
      text({ criteria: { ...answer().criteria, helps: { reason: 'r', score: 5, confidence: 1 } } }),
    ],
    [
      'a missing criterion',
      text({ criteria: { helps: { reason: 'r', score: 5 }, clear: { reason: 'r', score: 5 } } }),
    ],
    ['a score that is said twice', text().replace('"score":4', '"score":1,"score":4')],
    [
      'a score that is said twice, once with an escape',
      text().replace('"score":4', '"score":1,"\\u0073core":4'),
    ],
    [
      'a criterion that is said twice',
      text().replace('{"helps"', '{"helps":{"reason":"honest","score":1},"helps"'),
    ],
    ['all criteria twice', text().replace('{"criteria"', '{"criteria":{},"criteria"')],
    ['a criterion in look-alike letters', text().replace('"helps"', '"h\u0435lps"')],
    ['a missing reason', text({ criteria: { ...answer().criteria, helps: { score: 5 } } })],
    ['a missing score', text({ criteria: { ...answer().criteria, helps: { reason: 'r' } } })],
    ['a prototype instead of criteria', `{"criteria":{"__proto__":${JSON.stringify(answer().criteria)}}}`],
    ['a criterion of null', text({ criteria: { ...answer().criteria, helps: null } })],
    ['a score of 0', text(answer(0))],
    ['a score of 6', text(answer(6))],
    ['a score of -1', text(answer(-1))],
    ['a score of 4.5', text(answer(4.5))],
    ['a score in quotes', text(answer('4'))],
    ['a score of null', text(answer(null))],
    ['a score of true', text(answer(true))],
    ['a score in a list', text(answer([4]))],
    ['a score beyond all numbers', text().replace('"score":4', '"score":1e999')],
    ['pass on a scale of five', text(answer('pass'))],
    ['a number for pass or fail', text(answer(4, 5, 5))],
    ['pass in capitals', text(answer(4, 5, 'PASS'))],
    ['more text than a judge writes', text(answer()).replace('it helps', 'x'.repeat(300_000))],
    ['brackets without end', '['.repeat(150_000)],
  ])('refuses %s, and never makes a score of it', (_, given) => {
    const reading = readVerdict(rubric, given);
    expect(reading.ok).toBe(false);
    expect(reading).not.toHaveProperty('verdict');
  });

  it('says where the answer does not fit, and nothing of its text', () => {
    expect(readVerdict(rubric, text(answer(9)))).toEqual({
      ok: false,
      reason: 'the judge\'s answer does not fit the rubric\'s schema at "criteria.helps.score"',
    });
    expect(readVerdict(rubric, 'my-secret-diagnosis')).toEqual({
      ok: false,
      reason: "the judge's answer is not JSON alone (19 characters)",
    });
  });

  it('never throws, and gives only whole scores from 1 to 5', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ criteria: value })),
    );
    const nearly = fc
      .record({
        helps: fc.jsonValue(),
        clear: fc.integer({ min: 0, max: 6 }),
        safe: fc.constantFrom('pass', 'fail', 'maybe'),
      })
      .map(({ helps, clear, safe }) => text(answer(helps, clear, safe)));
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (given) => {
        const reading = readVerdict(rubric, given);
        if (reading.ok) expect([1, 2, 3, 4, 5]).toContain(reading.verdict.score);
        else expect(reading.reason.length).toBeLessThan(300);
      }),
    );
  });
});

describe('the overall score', () => {
  const scores = (...values: number[]) =>
    Object.fromEntries(values.map((score, index) => [`c${index}`, { score }]));
  const of = (overall: string, ...weights: number[]) =>
    testRubric({ overall, criteria: weights.map((weight, index) => criterion(`c${index}`, { weight })) });

  it.each([
    ['minimum', [1, 1, 1], [5, 4, 2], 2],
    ['minimum', [1], [5], 5],
    ['mean', [1, 1], [4, 5], 5],
    ['mean', [1, 1], [2, 3], 3],
    ['mean', [1, 1, 1], [4, 4, 5], 4],
    ['mean', [2, 2, 1], [5, 4, 2], 4],
    ['mean', [3, 1], [1, 5], 2],
    ['mean', [0.1, 0.1], [2, 3], 3],
    ['mean', [0.1, 0.2], [4, 1], 2],
    ['mean', [1, 1], [1, 1], 1],
    ['mean', [1, 1], [5, 5], 5],
  ])('as a %s with weights %j of %j is %d', (overall, weights, values, expected) => {
    expect(overallScore(of(overall, ...weights), scores(...values))).toBe(expected);
  });

  it('counts a pass as 5 and a fail as 1', () => {
    const strict = testRubric({ criteria: [criterion('helps'), passFail('safe')], overall: 'minimum' });
    const verdict = (safe: string) =>
      readVerdict(
        strict,
        text({ criteria: { helps: { reason: 'r', score: 4 }, safe: { reason: 'r', score: safe } } }),
      );
    expect(verdict('pass')).toMatchObject({ verdict: { score: 4, pass: true } });
    expect(verdict('fail')).toMatchObject({ verdict: { score: 1, pass: false } });
  });

  it('passes at the pass mark, and not under it', () => {
    const one = testRubric({ passMark: 3 });
    const verdict = (score: number) =>
      readVerdict(one, text({ criteria: { helps: { reason: 'r', score } } }));
    expect(
      [1, 2, 3, 4, 5].map((score) => verdict(score)).map((each) => each.ok && each.verdict.pass),
    ).toEqual([false, false, true, true, true]);
  });

  it('throws where a criterion has no score: nothing unsaid is scored', () => {
    expect(() => overallScore(of('mean', 1, 1), scores(4))).toThrow('got none for "c1"');
  });
});

describe("the answer's JSON Schema", () => {
  /** Every schema in a schema. */
  function* nodes(schema: unknown): Generator<Record<string, unknown>> {
    if (typeof schema !== 'object' || schema === null) return;
    if (Array.isArray(schema)) {
      for (const each of schema) yield* nodes(each);
      return;
    }
    yield schema as Record<string, unknown>;
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties') for (const each of Object.values(value as object)) yield* nodes(each);
      else if (typeof value === 'object') yield* nodes(value);
    }
  }

  it("is one that OpenAI's strict mode takes: every property required, nothing more, no keyword it lacks", () => {
    const supported = new Set([
      'type',
      'properties',
      'required',
      'additionalProperties',
      'enum',
      'description',
    ]);
    for (const node of nodes(answerJsonSchema(rubric))) {
      if (Array.isArray(node.enum) && !('type' in node)) throw new Error('an enum without its type');
      expect(Object.keys(node).filter((key) => !supported.has(key))).toEqual([]);
      if (node.type !== 'object') continue;
      expect(node.additionalProperties).toBe(false);
      expect(node.required).toEqual(Object.keys(node.properties as object));
    }
  });

  it('asks for the reason before the score, criterion by criterion in the order of the rubric', () => {
    const schema = JSON.stringify(answerJsonSchema(rubric));
    const order = [...schema.matchAll(/"(helps|clear|safe|reason|score)":\{/g)].map(([, name]) => name);
    expect(order).toEqual([
      'helps',
      'reason',
      'score',
      'clear',
      'reason',
      'score',
      'safe',
      'reason',
      'score',
    ]);
  });

  it('names the values a score may take', () => {
    expect(answerJsonSchema(rubric)).toMatchObject({
      properties: {
        criteria: {
          properties: {
            helps: { properties: { score: { type: 'number', enum: [1, 2, 3, 4, 5] } } },
            safe: { properties: { score: { type: 'string', enum: ['pass', 'fail'] } } },
          },
        },
      },
    });
  });

  it('is accepted by what reads the answers: a schema-true answer is a verdict', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('pass', 'fail'),
        (a, b, c) => {
          expect(readVerdict(rubric, text(answer(a, b, c))).ok).toBe(true);
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  faultsOfJudge,
  judgeOf,
  judgesInUse,
  remarksOnJudge,
  sentParameters,
} from '#core/judges/find-judge.ts';
import { judgesFileSchema } from '#core/judges/judge.ts';
import { dearestPrices, pricesOf } from '#core/judges/prices.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge, testPrices } from '#test/support/judges.ts';

const faultsOf = (...args: Parameters<typeof faultsOfJudge>) =>
  faultsOfJudge(...args).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the dialect of Converse', () => {
  const converse = { provider: 'bedrock', api: 'converse' };

  it('knows neither JSON without a schema nor developers, so that a rubric with them is refused', () => {
    const judge = testJudge('m', converse);
    const form = (output: string, role: string) =>
      testRubric({ judge: { model: 'm', form: { output, role } } });
    expect(faultsOf([judge], form('json-schema', 'system'))).toEqual([]);
    expect(faultsOf([judge], form('prompt', 'user'))).toEqual([]);
    expect(faultsOf([judge], form('json-object', 'developer'))).toEqual([
      expect.stringMatching(/^form.output: wants "json-object".*takes json-schema, prompt/),
      expect.stringMatching(/^form.role: wants "developer".*takes system, user/),
    ]);
  });

  it('refuses a dialect that leaves it nothing, and the mark of its cache elsewhere', () => {
    expect(() => testJudge('m', { ...converse, dialect: { output: ['json-object'] } })).toThrow(
      'json-schema and prompt',
    );
    expect(() => testJudge('m', { dialect: { cachePoint: true } })).toThrow('cachePoint');
    expect(testJudge('m', { ...converse, dialect: { cachePoint: true } }).dialect.cachePoint).toBe(true);
  });
});

describe("a rubric's judge", () => {
  const rubric = testRubric({ judge: { model: 'm' } });

  it('is the one it names, else the one of its model', () => {
    const [there, elsewhere] = [testJudge('m'), { ...testJudge('m'), name: 'm-eu' }];
    expect(judgeOf({ judges: [there] }, rubric)).toBe(there);
    const named = testRubric({ judge: { name: 'm-eu', model: 'm' } });
    expect(judgeOf({ judges: [there, elsewhere] }, named)).toBe(elsewhere);
    expect(judgesInUse({ judges: [there, elsewhere], rubrics: [named] })).toEqual([elsewhere]);
    expect(judgesInUse({ judges: [there], rubrics: [testRubric({ state: 'retired' })] })).toEqual([]);
  });

  it('is refused with the block to write where there is none', () => {
    const former = testRubric({ judge: { model: 'm', prices: testPrices } });
    expect(faultsOf([testJudge('other')], former)).toEqual([
      expect.stringMatching(
        /^model: model "m" is no judge's .*there: other.*\njudges:\n {2}m:\n {4}model: m\n(.*\n)*.*input: 0.25, cachedInput: 0.025, output: 2/,
      ),
    ]);
    expect(faultsOf([testJudge('m')], testRubric({ judge: { name: 'n', model: 'm' } }))[0]).toContain(
      'name: judge "n" does not stand in rubrics/judges.yaml',
    );
    expect(() => judgeOf({ judges: [] }, rubric)).toThrow('no judge');
  });

  it('wants a name where two have its model', () => {
    expect(faultsOf([testJudge('m'), { ...testJudge('m'), name: 'm-eu' }], rubric)[0]).toContain('name one');
  });

  it('is refused where it is another model, or does not take what is asked, until the rubric is bumped', () => {
    const other = testRubric({ judge: { name: 'other', model: 'm' } });
    expect(faultsOf([testJudge('other')], other)[0]).toMatch(/^model: asks for model "m".*bump/);
    const plain = testJudge('m', {
      dialect: { output: ['json-object'], roles: ['user'], parameters: ['seed'] },
    });
    const asking = testRubric({ judge: { model: 'm', parameters: { temperature: 0, seed: 1 } } });
    expect(faultsOf([plain], asking)).toEqual([
      expect.stringMatching(/^form.output: wants "json-schema".*takes json-object.*bump/),
      expect.stringMatching(/^form.role: wants "system".*takes user/),
      expect.stringMatching(/^parameters.temperature: .*takes \(seed\)/),
    ]);
    const fitting = { model: 'm', form: { output: 'json-object', role: 'user' }, parameters: { seed: 1 } };
    expect(faultsOf([plain], testRubric({ judge: fitting }))).toEqual([]);
  });

  it('has neither prices nor a tier of the rubric', () => {
    const former = testRubric({
      judge: { model: 'm', prices: testPrices, parameters: { service_tier: 'flex', seed: 1 } },
    });
    expect(sentParameters(former)).toEqual({ seed: 1 });
    expect(remarksOnJudge(former).map(({ path }) => path.join('.'))).toEqual([
      'prices',
      'parameters.service_tier',
    ]);
    expect(remarksOnJudge(rubric)).toEqual([]);
  });
});

describe('what scores mean', () => {
  const hashes = (judge: Record<string, unknown>) => {
    const rubric = testRubric({ judge: { model: 'm', ...judge } });
    return [rubricContentHash(rubric), judgeFingerprint(rubric)];
  };

  it('does not depend on the name, the prices or a form at its default', () => {
    const usual = hashes({});
    for (const same of [
      { name: 'elsewhere' },
      { prices: testPrices },
      { form: {} },
      { form: { output: 'json-schema', role: 'system' } },
    ])
      expect(hashes(same)).toEqual(usual);
  });

  it('depends on parameters and on another form', () => {
    const all = [
      {},
      { parameters: { seed: 1 } },
      { form: { output: 'prompt' } },
      { form: { role: 'user' } },
    ].map(hashes);
    expect(new Set(all.flat()).size).toBe(8);
  });
});

describe('an entry of rubrics/judges.yaml', () => {
  const prices = { asOf: '2026-11-28', standard: testPrices };
  const messages = (entry: Record<string, unknown>) => {
    const parsed = judgesFileSchema.safeParse({ judges: { j: { model: 'm', prices, ...entry } } });
    return parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`);
  };

  it.for([
    ['an address that is missing', { provider: 'azure' }, /^provider: "azure" has no address/],
    [
      'an address without TLS',
      { provider: 'compatible', url: 'http://judge.example/v1' },
      /^url: wanted an https/,
    ],
    ['a region of no Bedrock', { provider: 'openai', region: 'eu-west-1' }, /^region: only Bedrock/],
    ['Converse elsewhere', { provider: 'openai', api: 'converse' }, /^api: "converse" is Bedrock's/],
    ['a role elsewhere', { provider: 'openai', authorisation: 'role' }, /^authorisation: only Bedrock/],
    [
      'no key where one is wanted',
      { provider: 'openai', authorisation: 'none' },
      /^authorisation: "openai" wants a key/,
    ],
    ['flex without prices', { provider: 'openai', tier: 'flex' }, /^tier: .*no prices/],
    [
      'a price under nothing',
      { provider: 'openai', prices: { ...prices, standard: { ...testPrices, input: -1 } } },
      /^prices.standard.input: /,
    ],
    ['prices without a date', { provider: 'openai', prices: { standard: testPrices } }, /^prices.asOf: /],
  ] as const)('is refused with %s', ([, entry, message]) => {
    expect(messages(entry)).toEqual([expect.stringMatching(message)]);
  });

  it('may stand on this machine without TLS or a key', () => {
    for (const url of ['http://localhost:11434/v1', 'http://127.0.0.1:8000/v1', 'http://[::1]:1/v1'])
      expect(messages({ provider: 'compatible', url, authorisation: 'none' })).toEqual([]);
  });

  it('is asked by role at Bedrock, else with the key under its name', () => {
    expect(testJudge('m').authorisation).toEqual({ secret: 'm' });
    expect(testJudge('m', { provider: 'bedrock' }).authorisation).toBe('role');
    expect(testJudge('m', { deployment: 'd' })).toMatchObject({ model: 'm', deployment: 'd' });
  });
});

describe('prices by tier', () => {
  const flex = { input: 0.1, cachedInput: 0.5, output: 1 };

  it('are those of the tier, else of standard; the dearest is taken for each kind of token', () => {
    const both = { asOf: '2026-11-28', standard: testPrices, flex };
    expect(pricesOf(both, 'flex')).toBe(flex);
    expect(pricesOf({ ...both, flex: undefined }, 'flex')).toBe(testPrices);
    expect(dearestPrices(both)).toEqual({ input: 0.25, cachedInput: 0.5, cacheWrites: 0.25, output: 2 });
  });
});

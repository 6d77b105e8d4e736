import { describe, expect, it } from 'vitest';
import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import { leastCacheableTokens, promptSize } from '#core/cost/judge-prompt-size.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { carryingOf } from '#core/rubric/same-question.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';

describe('the shipped rubrics', async () => {
  const catalogue: Catalogue = await shippedCatalogue();
  const active = catalogue.rubrics.filter(({ state }) => state === 'active');
  const named = (name: string): Rubric => {
    const found = catalogue.rubrics.find((rubric) => rubricName(rubric) === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  it('judge each surface by the one that is made for it', () => {
    const judging = Object.fromEntries(
      catalogue.surfaces.map(({ surface }) => [surface, rubricsOf(catalogue, surface).map(rubricName)]),
    );
    expect(judging).toEqual({
      agent: ['agent-runs@1'],
      batch: ['helpfulness@2'],
      chat: ['helpfulness@2'],
      default: ['helpfulness@2'],
      search: ['grounded-answers@2'],
    });
  });

  it('ask a model that lives, priced with its judge alone', () => {
    for (const rubric of active) {
      expect(judgeOf(catalogue, rubric)).toMatchObject({ name: 'gpt-6-luna', model: 'gpt-6-luna' });
      expect(judgeOf(catalogue, rubric).retires).toBeUndefined();
      expect(rubric.judge).toMatchObject({ parameters: { reasoning_effort: 'low' } });
      expect(rubric.judge.prices).toBeUndefined();
    }
  });

  it.each(active.map((rubric) => [rubricName(rubric), rubric] as const))(
    'begin with what a cache takes, with room for a denser tokeniser: %s',
    (_, rubric) => {
      expect(promptSize(rubric, 0).prefixTokens).toBeGreaterThan(1.27 * leastCacheableTokens);
    },
  );

  it.each(['helpfulness', 'grounded-answers'])('%s@2 asks what version 1 asked', (id) => {
    const [old, now] = [named(`${id}@1`), named(`${id}@2`)];
    expect(old.state).toBe('retired');
    expect(now.sees).toBe(old.sees);
    // Ratings that people gave under version 1 make version 2's calibration.
    expect(carryingOf(catalogue.rubrics, old, now)).toEqual({
      carries: true,
      reason: 'the question is the same',
    });
  });

  it('keep what was released as it was', () => {
    expect(rubricContentHash(named('helpfulness@1'))).toMatch(/^f0a71ed9ad8c84b0/);
    expect(rubricContentHash(named('grounded-answers@1'))).toMatch(/^b2c6e52e02a643c3/);
  });
});

import { describe, expect, it } from 'vitest';
import { type Catalogue, findRubric, rubricsOf, sloRubric, surfaceOf } from '#core/catalogue/catalogue.ts';
import { runCatalogue } from '#core/catalogue/run-catalogue.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';

const names = (catalogue: Catalogue, surface: string) => rubricsOf(catalogue, surface).map(rubricName);

describe('the surface of a record', () => {
  const catalogue = testCatalogue();

  it('is its own where that is listed', () => {
    expect(surfaceOf(catalogue, 'chat').surface).toBe('chat');
  });

  it.each([['search'], [''], ['Chat'], ['__proto__'], ['constructor']])(
    'is the default where nobody listed "%s", so that no name grows the bill',
    (name) => {
      expect(surfaceOf(catalogue, name).surface).toBe('default');
    },
  );
});

describe('the rubrics that judge a surface', () => {
  it('are those that name it, else those that take any', () => {
    const catalogue = testCatalogue({
      rubrics: [testRubric(), testRubric({ id: 'grounded', surfaces: ['chat'] })],
    });
    expect(names(catalogue, 'chat')).toEqual(['grounded@1']);
    expect(names(catalogue, 'default')).toEqual(['helpfulness@1']);
  });

  it('may be several', () => {
    const catalogue = testCatalogue({
      rubrics: [
        testRubric({ id: 'a', surfaces: ['chat', 'default'] }),
        testRubric({ id: 'b', surfaces: ['chat'] }),
      ],
    });
    expect(names(catalogue, 'chat')).toEqual(['a@1', 'b@1']);
  });

  it('are joined by shadow ones, which replace nothing', () => {
    const catalogue = testCatalogue({
      rubrics: [
        testRubric(),
        testRubric({ version: 2, state: 'shadow' }),
        testRubric({ id: 'grounded', surfaces: ['chat'], state: 'shadow' }),
      ],
    });
    expect(names(catalogue, 'chat')).toEqual(['grounded@1', 'helpfulness@1', 'helpfulness@2']);
  });

  it('are never retired ones, which messages in a queue still find', () => {
    const catalogue = testCatalogue({
      rubrics: [testRubric({ state: 'retired' }), testRubric({ version: 2 })],
    });
    expect(names(catalogue, 'chat')).toEqual(['helpfulness@2']);
    expect(findRubric(catalogue, { id: 'helpfulness', version: 1 })).toMatchObject({ state: 'retired' });
    expect(findRubric(catalogue, { id: 'helpfulness', version: 3 })).toBeUndefined();
  });
});

describe('the rubric of an SLO', () => {
  const rubrics = [
    testRubric({ id: 'a', surfaces: ['chat'] }),
    testRubric({ id: 'b', surfaces: ['chat'] }),
    testRubric({ id: 'b', version: 2, surfaces: ['chat'], state: 'shadow' }),
    testRubric(),
  ];
  const of = (choice: unknown) => {
    const catalogue = testCatalogue({
      rubrics,
      surfaces: [{ surface: 'chat', slos: { 'judge-pass': choice } }],
    });
    const slo = surfaceOf(catalogue, 'chat').slos[0];
    if (slo === undefined) throw new Error('no SLO');
    return sloRubric(catalogue, slo);
  };

  it('is the one it names, in its active version', () => {
    expect(of({ rubric: 'b' })).toMatchObject({ id: 'b', version: 1 });
  });

  it("is else the surface's first active one", () => {
    expect(of('on')).toMatchObject({ id: 'a' });
  });
});

describe('the catalogue of a local run', () => {
  const catalogue = testCatalogue();

  it('has the surfaces that the records name and the default, and says which had no file', () => {
    const { catalogue: run, unlisted } = runCatalogue(catalogue, new Set(['story', 'article']), {});
    expect(run.surfaces.map(({ surface }) => surface)).toEqual(['default', 'article', 'story']);
    expect(unlisted).toEqual(['article', 'story']);
    const story = surfaceOf(run, 'story');
    expect(story).toMatchObject({ surface: 'story', title: 'story', tier: 3 });
    expect(story.slos).toMatchObject([{ id: 'judge-pass', surface: 'story' }]);
  });

  it('leaves names that no surface can have, and more than 20 of them, to the default', () => {
    const odd = ['Story Writing', 'a/b', 'チャット', '../x'];
    const many = Array.from({ length: 30 }, (_, index) => `surface-${index + 10}`);
    const { catalogue: run, unlisted } = runCatalogue(catalogue, new Set([...odd, ...many]), {});
    expect(unlisted).toEqual(many.slice(0, 20));
    for (const name of [...odd, 'surface-39']) expect(surfaceOf(run, name).surface).toBe('default');
  });

  it('changes rate, objective and pass mark only where they are given', () => {
    const seen = new Set(['chat']);
    const { catalogue: plain } = runCatalogue(catalogue, seen, {});
    const free = runCatalogue(catalogue, seen, { isFree: true }).catalogue;
    for (const { prices } of free.judges ?? []) expect(Object.values(prices.standard)).toEqual([0, 0, 0, 0]);
    expect(free.judges?.length).toBe(catalogue.judges?.length);
    expect(surfaceOf(plain, 'chat')).toEqual(surfaceOf(catalogue, 'chat'));
    const { catalogue: changed } = runCatalogue(catalogue, seen, {
      sampleRate: 1,
      objective: 0.85,
      passMark: 3,
    });
    expect(changed.surfaces.map(({ sampleRate }) => sampleRate)).toEqual([1, 1]);
    expect(surfaceOf(changed, 'chat').slos.map(({ objective }) => objective)).toEqual([0.85, 0.95, 0.9995]);
    expect(changed.rubrics.map(({ passMark }) => passMark)).toEqual([3]);
  });

  it("takes the policy's rows for the changed objective, and leaves a row that a surface set itself", () => {
    const own = testCatalogue({
      surfaces: [{ surface: 'chat', slos: { 'judge-pass': { rows: { ticket: { burn: 1.7 } } } } }],
    });
    const burns = (objective: number) => {
      const run = runCatalogue(own, new Set(['chat']), { objective }).catalogue;
      const [slo] = surfaceOf(run, 'chat').slos;
      return [slo?.rows.page?.burn, slo?.rows.ticket?.burn];
    };
    expect(burns(0.9)).toEqual([2, 1.7]);
    expect(burns(0.99)).toEqual([6, 1.7]);
  });
});

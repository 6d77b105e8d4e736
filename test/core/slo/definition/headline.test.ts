import { describe, expect, it } from 'vitest';
import { headlineOf } from '#core/slo/definition/headline.ts';
import { makeSlo } from '../../../support/make-slo.ts';

const change = makeSlo({ id: 'change', category: 'quality', objective: null, headline: false });
const plain = makeSlo({ id: 'plain', category: 'quality', headline: false });
const marked = makeSlo({ id: 'marked', category: 'quality', headline: true });

describe('the headline of a category', () => {
  it.each([
    ['is the one that is marked', [plain, marked], 'marked'],
    ['is else the first with an objective', [change, plain], 'plain'],
    ['is else the first', [change], 'change'],
    ['is none where the category has no SLO', [], undefined],
  ])('%s', (_, slos, expected) => {
    expect(headlineOf(slos, 'quality')?.id).toBe(expected);
    expect(headlineOf(slos, 'cost')).toBeUndefined();
  });
});

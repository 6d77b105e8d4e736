import { describe, expect, it } from 'vitest';
import { knownRateSlo } from '#core/slo/definition/known-rate.ts';

const name = { id: 'good', surface: 'chat' };

describe('the SLO of a known rate', () => {
  it('has every severity of the shipped rows', () => {
    expect(knownRateSlo(name, 0.92).slo).toMatchObject({
      objective: 0.92,
      calibration: 'none',
      severities: ['rollback', 'page', 'ticket', 'digest'],
      rows: { rollback: { burn: 3 }, page: { burn: 2, detector: 'page' } },
    });
  });

  it('takes the strict burns over 95%', () => {
    expect(knownRateSlo(name, 0.999).slo.rows).toMatchObject({ rollback: { burn: 14.4 }, page: { burn: 6 } });
  });

  it('leaves a row out that could never fire there, and says why', () => {
    const { slo, leftOut } = knownRateSlo(name, 0.6);
    expect(slo.severities).toEqual(['page', 'ticket', 'digest']);
    expect(slo.rows.rollback).toBeUndefined();
    expect(leftOut).toMatchObject([expect.stringContaining('the maximum is 2.5 times')]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSampled, samplingKey, samplingPoint } from '#core/sampling.ts';

const ids = Array.from({ length: 20_000 }, (_, index) => `response-${index}`);
const sampleOf = (keys: readonly string[], rate: number) => keys.filter((key) => isSampled(key, rate));

describe('the sampling point', () => {
  it.each([
    // Python: int.from_bytes(hashlib.sha256(b'assay/sampling/v1:' + key).digest()[:8], 'big') >> 11, over 2**53
    ['resp-1', 0.6219173147100407],
    ['trace-1', 0.9544044053307849],
    ['hanna-0000', 0.011990741492468038],
    ['', 0.8158392316894245],
    ['ünïcödé', 0.27205187679084586],
    ['🇦🇹', 0.8441831288951798],
  ])('of "%s" is %d for ever: another value would draw another sample after an upgrade', (key, point) => {
    expect(samplingPoint(key)).toBe(point);
  });

  it('lies in [0, 1) for any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const point = samplingPoint(key);
        expect(point).toBeGreaterThanOrEqual(0);
        expect(point).toBeLessThan(1);
        expect(samplingPoint(key)).toBe(point);
      }),
    );
  });

  it('is spread evenly: each tenth holds its share of 20,000 within 4 standard deviations', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const id of ids) {
      const tenth = Math.floor(samplingPoint(id) * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts)
      expect(Math.abs(count - 2_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.1 * 0.9));
  });
});

describe('the sample', () => {
  it.each([[0.01], [0.05], [0.1], [0.5]])(
    'at %d holds its share of 20,000 ids within 3 standard deviations',
    (rate) => {
      const deviation = Math.sqrt(ids.length * rate * (1 - rate));
      expect(Math.abs(sampleOf(ids, rate).length - ids.length * rate)).toBeLessThan(3 * deviation);
    },
  );

  it('at each rate lies inside the sample at every higher rate', () => {
    const rates = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9, 1];
    const samples = rates.map((rate) => new Set(sampleOf(ids, rate)));
    for (const [lower, sample] of samples.entries()) {
      for (const wider of samples.slice(lower + 1))
        expect([...sample].filter((id) => !wider.has(id))).toEqual([]);
    }
  });

  it('is nobody at 0 and everybody at 1', () => {
    expect(sampleOf(ids, 0)).toEqual([]);
    expect(sampleOf(ids, 1)).toEqual(ids);
  });

  it('does not depend on order, batches or what was asked before', () => {
    const whole = sampleOf(ids, 0.05);
    fc.assert(
      fc.property(fc.shuffledSubarray(ids, { minLength: 1_000, maxLength: 1_000 }), (batch) => {
        const members = new Set(whole);
        expect(sampleOf(batch, 0.05)).toEqual(batch.filter((id) => members.has(id)));
      }),
      { numRuns: 10 },
    );
  });

  it('takes the responses of one trace together, whatever their ids', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(fc.string({ minLength: 1 })),
        fc.double({ min: 0, max: 1 }),
        (traceId, responses, rate) => {
          const decisions = responses.map((id) => isSampled(samplingKey({ id, traceId }), rate));
          expect(new Set(decisions).size).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('goes by the response where there is no trace', () => {
    expect(samplingKey({ id: 'a' })).toBe('a');
    expect(samplingKey({ id: 'a', traceId: undefined })).toBe('a');
    expect(samplingKey({ id: 'a', traceId: 't' })).toBe('t');
  });
});

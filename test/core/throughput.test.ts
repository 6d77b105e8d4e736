import { describe, expect, it } from 'vitest';
import { readThroughput, shippedThroughput } from '#core/throughput.ts';

const read = (chosen: Record<string, unknown>) => readThroughput((name) => chosen[name]);

describe('the throughput of a deployment', () => {
  it('is the shipped one where nothing is chosen', () => {
    expect(read({})).toEqual({ throughput: shippedThroughput, faults: [] });
  });

  it('takes what is chosen, from the command line or from cdk.json', () => {
    expect(read({ judgeConcurrency: '40', samplerWindow: 60 })).toEqual({
      throughput: { ...shippedThroughput, judgeConcurrency: 40, samplerWindow: 60 },
      faults: [],
    });
  });

  it.each([
    ['judgeConcurrency', '1', '-c judgeConcurrency: wanted a whole number from 2 to 1000; got "1"'],
    ['judgeBatch', 11, '-c judgeBatch: wanted a whole number from 1 to 10; got "11"'],
    ['samplerBatch', 'all', '-c samplerBatch: wanted a whole number from 1 to 10000; got "all"'],
    [
      'samplerWindow',
      0,
      '-c samplerWindow: wanted 1 or more, for Lambda fills batches of over 10 only where it may wait; got 0',
    ],
  ])('refuses %s of %s as Lambda would', (name, value, fault) => {
    expect(read({ [name]: value }).faults).toEqual([fault]);
  });
});

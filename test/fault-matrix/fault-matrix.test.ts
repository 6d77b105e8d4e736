import { beforeAll, describe, expect, it } from 'vitest';
import { type Consequences, compareOutcomes } from './compare-outcomes.ts';
import { cellsOf, FaultRuns } from './fault-matrix.ts';
import { faultModes } from './intercept-calls.ts';
import type { Outcome } from './outcome.ts';

/*
 * Three minutes of the matrix without a past, with one of its cells: that what is seen is made to fail, and what a run leaves is
 * read. It waits for a minute, and is tried where ASSAY_FAULTS is set; all of the matrix is `npm run bench:faults`.
 */

const call = 'judge: dynamodb UpdateItem judgement judgement end';

describe.skipIf(process.env.ASSAY_FAULTS === undefined)(
  'a part of the matrix (skipped: it waits for a minute; ASSAY_FAULTS=1 runs it)',
  () => {
    let clean: Outcome;
    let faulty: Outcome;
    let consequences: Consequences;

    beforeAll(async () => {
      const runs = await FaultRuns.start({ minutes: 3, hasPast: false });
      [clean, faulty] = await Promise.all([runs.hour(), runs.hour({ call, mode: 'lost' })]);
      consequences = compareOutcomes(clean, faulty);
      await runs.close();
    });

    describe('a run without faults', () => {
      it('makes calls of three functions, which are the rows of the matrix', () => {
        const functions = new Set(Object.keys(clean.seen).map((name) => name.split(':')[0]));
        expect([...functions].sort()).toEqual(['judge', 'sampler', 'slo-evaluator']);
        expect(Object.keys(clean.seen).length).toBeGreaterThan(25);
        expect(clean.seen[call]).toBeGreaterThan(0);
      });

      it('ends every judgement, counts every record and stores every day as its sources say', () => {
        const { judgements, counters, days, waiting, crashes, spentUsd, trueUsd } = clean;
        expect(new Set(Object.values(judgements).map((state) => state.split(' ')[0]))).toEqual(
          new Set(['judged', 'unjudgeable', 'shed', 'dlq']),
        );
        expect(counters['chat c n']).toBeGreaterThan(100);
        expect({ days, waiting }).toEqual({ days: [], waiting: 0 });
        expect(Object.values(crashes).every((count) => count === 0)).toBe(true);
        expect(spentUsd).toBeCloseTo(trueUsd, 9);
      });
    });

    describe('a call whose answers are lost for five minutes', () => {
      it('costs nothing', () => {
        expect(faulty.met).toBeGreaterThan(0);
        expect(consequences.lost).toEqual([]);
      });
    });
  },
);

describe('the cells of the matrix', () => {
  it('are a call in each mode, and a read has no answer to lose', () => {
    const calls = [
      'sampler: sqs SendMessageBatch JudgeQueue',
      'judge: dynamodb GetItem series control/circuit',
    ];
    expect(cellsOf(calls, faultModes)).toEqual([
      { call: calls[1], mode: 'denied' },
      { call: calls[1], mode: 'failed' },
      { call: calls[0], mode: 'denied' },
      { call: calls[0], mode: 'failed' },
      { call: calls[0], mode: 'lost' },
    ]);
  });
});

import { expect, it } from 'vitest';
import { describeReason, ReasonTally } from '#core/report/end-reasons.ts';

it('reasons are told by how common they are, with the first and what to do; numbers alone make no other reason', () => {
  const tally = new ReasonTally();
  tally.add('rejected', 'wanted a string, got a string of 7 characters', { line: 3 });
  tally.add('rejected', 'no JSON', { line: 4 });
  tally.add('rejected', 'wanted a string, got a string of 19 characters', { line: 5 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) tally.add('unjudgeable', `refused for ${id}`, { id });
  tally.add('shed', 'the cap is reached', {});
  const told = tally.commonest;
  expect(told.map(({ end, count }) => [end, count])).toEqual([
    ['rejected', 2],
    ['rejected', 1],
    ['unjudgeable', 1],
    ['unjudgeable', 1],
    ['unjudgeable', 1],
    ['shed', 1],
  ]);
  expect(told.map(describeReason)).toEqual(
    expect.arrayContaining([
      '2 rejected: wanted a string, got a string of 7 characters. First: line 3. Once it is mended, "npx assay redrive rejected" puts the messages back.',
      '1 unjudgeable: refused for a. First: a. Nothing follows it: shorten or mend such texts where the application logs them.',
      '1 shed: the cap is reached. Raise spendingCapUsdPerDay in slos/policy.yaml, or lower sample rates.',
    ]),
  );
});

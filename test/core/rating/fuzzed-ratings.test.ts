import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readRatings } from '#test/support/read-ratings.ts';
import { isPolluted, mutated, mutatedText, oddCells } from '#test/support/spoilt-documents.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const uploadedAt = Date.parse('2026-11-20T12:00:00Z');

const csv = `response_id,rater_id,score,rated_at,note,rubric
r1,ann,4,2026-11-03T09:30:00Z,"quoted, with ""quotes""
and a line break",helpfulness@1
r2,bob,5,,,
`;

const wide = 'response_id;ann;bob\nr1;4;5\nr2;;3\n';

const line = {
  response_id: 'r1',
  rater_id: 'ann',
  score: 4,
  rated_at: '2026-11-03T09:30:00Z',
  criteria: { helps: 4, safe: 5 },
  note: 'fine',
};

afterEach(() => expect(isPolluted()).toBe(false));

const readAll = (text: string) => readRatings(text, { uploadedAt }).entries;

/** Every entry is a rating on the scale, or a refusal with its line and reason. */
function expectSound(text: string): void {
  for (const entry of readAll(text)) {
    if (entry.kind === 'refused') {
      expect(entry.refusal.line).toBeGreaterThanOrEqual(1);
      expect(entry.refusal.reason.length).toBeGreaterThan(3);
      expect(entry.refusal.reason.length).toBeLessThan(400);
      continue;
    }
    const { score, responseId, raterId, ratedAt } = entry.row;
    expect([undefined, 1, 2, 3, 4, 5]).toContain(score);
    expect(responseId.length * raterId.length).toBeGreaterThan(0);
    if (ratedAt !== undefined) expect(Number.isInteger(ratedAt)).toBe(true);
  }
}

describe.each([
  ['CSV', csv],
  ['CSV with a column for each rater', wide],
  ['JSON lines', `${JSON.stringify(line)}\n${JSON.stringify(line)}\n`],
])('a ratings file of %s', (_, good) => {
  it('with any piece changed brings out ratings and refusals, and nothing else', () => {
    fc.assert(fc.property(mutatedText(good, oddCells), expectSound), { numRuns: 400 });
  });
});

describe('a ratings file', () => {
  it('of JSON lines with any nodes changed brings out ratings and refusals', () => {
    fc.assert(
      fc.property(mutated(line), (value) =>
        expectSound(`${JSON.stringify(line)}\n${JSON.stringify(value)}\n`),
      ),
      { numRuns: 400 },
    );
  });

  it('of any bytes brings out ratings and refusals', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectSound(Buffer.from(bytes).toString('utf8'));
        expectSound(`response_id,rater_id,score\n${Buffer.from(bytes).toString('latin1')}`);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['one quote and no other', `response_id,rater_id,score\n"${'x,'.repeat(2_000_000)}`],
    ['quotes that nobody closes', `response_id,rater_id,score\n${'"r1,ann,4\n'.repeat(20_000)}`],
    ['very many columns', `response_id,rater_id,score${',c'.repeat(20_000)}\nr1,ann,4\n`],
    ['very many lines', `response_id,rater_id,score\n${'r1,ann,4\n'.repeat(200_000)}`],
    ['a very long line of JSON', `{"a":"${'x'.repeat(3_000_000)}"}\n`],
    ['JSON that nests without end', `{"a":${'['.repeat(500_000)}`],
    [
      'objects as criteria',
      `{"response_id":"r","rater_id":"a","criteria":${'{"x":'.repeat(3_000)}1${'}'.repeat(3_000)}}`,
    ],
  ])('is read to its end, and soon: %s', (_, text) => {
    // Minutes are what it must not take.
    expect(cpuMsOf(() => readAll(text))).toBeLessThan(20_000);
  });
});

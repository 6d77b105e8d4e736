import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CsvReader } from '#core/rating/csv-reader.ts';
import { CountsReader } from '#core/slo/replay/read-counts.ts';
import { isPolluted, mutatedText, oddCells } from '#test/support/spoilt-documents.ts';

const counts = 'at,slo,surface,good,total\n2026-01-05T00:00:00Z,judge-pass,chat,92,100\n';

afterEach(() => expect(isPolluted()).toBe(false));

describe('a counts file', () => {
  it('with any piece changed brings out counts that can be, and faults', () => {
    fc.assert(
      fc.property(mutatedText(counts, oddCells), (text) => {
        const [csvReader, reader] = [new CsvReader(), new CountsReader()];
        for (const record of [...csvReader.push(text), ...csvReader.end()])
          if (record.ok) reader.readLine(record.cells, record.line);
          else reader.refuse(record.line, record.reason);
        for (const { series } of reader.histories())
          for (const { good, total } of series.buckets()) expect(good).toBeLessThanOrEqual(total);
      }),
      { numRuns: 700 },
    );
  });
});

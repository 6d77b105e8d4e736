import { describe, expect, it } from 'vitest';
import { AcceptanceCounter } from '#core/calibration/acceptance-report.ts';

const about = {
  file: 'a.csv',
  uploadedAt: '2026-11-03T12:00:00Z',
  form: 'csv' as const,
  falls: [],
  calibrations: [],
};

describe('an acceptance report', () => {
  it('names each response once that has ratings and no verdict, and counts all its ratings', () => {
    const counter = new AcceptanceCounter();
    for (const id of ['a', 'b', 'a']) counter.noteUnjudged(id);
    const { unjudged } = counter.report(about);
    expect(unjudged).toMatchObject({ ratings: 3, responseIds: ['a', 'b'] });
  });
});

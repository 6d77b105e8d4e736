import { describe, expect, it } from 'vitest';
import { compareLastWindow } from '#cli/triage/triage-search.ts';
import { day, hour } from '#core/time.ts';
import { makeSlo } from '../../support/make-slo.ts';

const to = Date.parse('2026-12-01T16:25:00Z');

describe('what is compared where no fall is found', () => {
  it('is the whole last window, however long, with the three days before it', () => {
    const { before, after } = compareLastWindow(
      makeSlo({ window: 7 * day }),
      { from: to - 14 * day, to },
      undefined,
    );
    expect(after).toEqual({ from: to - 7 * day, to });
    expect(before).toEqual({ from: to - 7 * day - 72 * hour, to: to - 7 * day });
  });

  it('is the incident, where somebody has said when it was', () => {
    const incident = { from: to - 5 * hour, to: to - 2 * hour };
    expect(compareLastWindow(makeSlo(), { from: to - day, to }, incident)).toEqual({
      before: { from: to - day, to: incident.from },
      after: incident,
    });
  });
});

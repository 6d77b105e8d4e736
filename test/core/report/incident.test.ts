import { describe, expect, it } from 'vitest';
import { incidentKey, readIncident } from '#core/report/incident.ts';

const given = { provider: 'openai', from: '2026-11-03T09:00:00Z', note: 'slow' };

describe('an incident', () => {
  it('goes on until its end is given', () => {
    expect(readIncident(given)).toEqual({
      ok: true,
      incident: { provider: 'openai', from: Date.UTC(2026, 10, 3, 9), to: null, note: 'slow' },
    });
  });

  it('is the same one while provider and start are the same', () => {
    const from = Date.UTC(2026, 10, 3, 9);
    expect(incidentKey({ provider: 'openai', from })).toEqual({
      pk: 'incident',
      sk: '2026-11-03T09:00:00.000Z#openai',
    });
  });

  it.each([
    ['a provider', { provider: ' ' }, '--provider'],
    ['a provider without the mark that parts keys', { provider: 'a#b' }, '--provider'],
    ['an instant', { from: 'yesterday' }, '--from'],
    ['an end that is one', { to: 'soon' }, '--to'],
    ['an end after its start', { to: '2026-11-03T09:00:00Z' }, '--to'],
    ['a note', { note: '' }, '--note'],
    ['a note of some length', { note: 'x'.repeat(501) }, '--note'],
  ])('wants %s', (_, different, option) => {
    const reading = readIncident({ ...given, ...different });
    expect(reading).toEqual({ ok: false, reasons: [expect.stringContaining(`${option}: wanted`)] });
  });

  it('tells every fault at once', () => {
    const reading = readIncident({ provider: '', from: '', to: '', note: '' });
    expect(!reading.ok && reading.reasons).toHaveLength(4);
  });
});

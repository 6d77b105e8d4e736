import { describe, expect, it } from 'vitest';
import { findSlo } from '#core/catalogue/compile.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day, hour, minute } from '#core/time.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

describe('an SLO as the catalogue holds it', () => {
  const chat = (overrides: Record<string, unknown>, rest: Record<string, unknown> = {}): Slo => {
    const catalogue = testCatalogue({ surfaces: [{ surface: 'chat', ...rest, slos: overrides }] });
    const [slo] = catalogue.surfaces.find(({ surface }) => surface === 'chat')?.slos ?? [];
    if (slo === undefined) throw new Error('no SLO');
    return slo;
  };

  it('takes from its template, its tier and its surface what it does not say itself', () => {
    expect(chat({ 'first-token': 'on' }, { owner: 'chat-team', tier: 2 })).toMatchObject({
      id: 'first-token',
      surface: 'chat',
      headline: true,
      sli: { kind: 'field', field: 'ttftMs', atMost: 600 },
      objective: 0.95,
      window: 24 * hour,
      tier: 2,
      owner: 'chat-team',
      severities: ['page', 'ticket', 'digest'],
      runbook: 'https://example.com/runbook.md#first-token',
    });
  });

  it('says itself what it says', () => {
    expect(
      chat({
        'first-token': {
          atMost: 900,
          objective: 0.9,
          window: '7d',
          owner: 'edge',
          headline: false,
          severities: ['ticket'],
        },
      }),
    ).toMatchObject({
      sli: { atMost: 900 },
      objective: 0.9,
      window: 168 * hour,
      owner: 'edge',
      headline: false,
      severities: ['ticket'],
      rows: { ticket: { long: 24 * hour } },
    });
  });

  it.each([
    [0.951, 6],
    [0.95, 2],
    [0.8, 2],
  ])('at an objective of %d burns at %d times to page', (objective, burn) => {
    expect(chat({ 'first-token': { objective } }).rows.page).toMatchObject({
      burn,
      long: 6 * hour,
      short: 30 * minute,
    });
  });

  it('may change one number of one row', () => {
    const { rows } = chat({ 'first-token': { rows: { page: { burn: 4 } } } });
    expect(rows.page).toEqual({ long: 6 * hour, short: 30 * minute, burn: 4, detector: 'page' });
    expect(rows.ticket).toMatchObject({ burn: 1.5 });
    const looking = chat({ 'first-token': { rows: { page: { spent: '14d' } } } });
    expect(looking.rows.page).toMatchObject({ long: 6 * hour, spent: 14 * day });
  });

  it('keeps severities from the most to the least urgent, however they are written', () => {
    expect(chat({ 'first-token': { severities: ['digest', 'page'] } }).severities).toEqual([
      'page',
      'digest',
    ]);
  });

  it('that only informs raises nothing', () => {
    expect(chat({ 'provider-success': 'on' })).toMatchObject({ severities: [], rows: {} });
  });

  it('of a change has no objective and no burn rows', () => {
    expect(chat({ refusals: 'on' })).toMatchObject({ objective: null, rows: {}, severities: ['ticket'] });
  });

  it('that is off is not there', () => {
    const catalogue = testCatalogue({
      surfaces: [{ surface: 'chat', slos: { 'first-token': 'off', availability: 'on' } }],
    });
    expect(catalogue.surfaces[0]?.slos.map(({ id }) => id)).toEqual(['availability']);
  });

  it('is found by its full name, or by its id where only one surface has it', () => {
    const catalogue = testCatalogue();
    expect(findSlo(catalogue, 'chat/judge-pass')).toMatchObject({ surface: 'chat' });
    expect(findSlo(catalogue, 'first-token')).toMatchObject({ surface: 'chat' });
    expect(findSlo(catalogue, 'judge-pass')).toBeUndefined();
    expect(findSlo(catalogue, 'chat/none')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { readInstant } from '#core/instant.ts';

describe('an instant', () => {
  it.each([
    ['2026-11-03T09:15:00Z', Date.UTC(2026, 10, 3, 9, 15)],
    ['2026-11-03T09:15:00.123456+00:00', Date.UTC(2026, 10, 3, 9, 15, 0, 123)],
    ['2026-11-03 09:15:00+0200', Date.UTC(2026, 10, 3, 7, 15)],
    ['2026-11-03T09:15', Date.UTC(2026, 10, 3, 9, 15)],
    ['2026-11-03', Date.UTC(2026, 10, 3)],
  ])('%s is read', (text, at) => expect(readInstant(text)).toEqual({ ok: true, value: at }));

  it.each(['', '03.11.2026', '1762161300000', '2026-11-03T25:00Z', '2026-13-01', 'Tue Nov 3 2026'])(
    '%s is refused',
    (text) => expect(readInstant(text).ok).toBe(false),
  );
});

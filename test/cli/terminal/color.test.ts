import { describe, expect, it } from 'vitest';
import { hasColors, paint } from '#cli/terminal/color.ts';

describe('colours', () => {
  it('are for terminals whose users want them', () => {
    const terminal = { isTTY: true };
    expect(hasColors({}, terminal)).toBe(true);
    expect(hasColors({ NO_COLOR: '' }, terminal)).toBe(true);
    expect(hasColors({ NO_COLOR: '1' }, terminal)).toBe(false);
    expect(hasColors({ TERM: 'dumb' }, terminal)).toBe(false);
    expect(hasColors({}, { isTTY: false })).toBe(false);
    expect(paint('PAGE', 'page', false)).toBe('PAGE');
    expect(paint('PAGE', 'page', true)).toBe('\u001b[1;31mPAGE\u001b[0m');
  });
});

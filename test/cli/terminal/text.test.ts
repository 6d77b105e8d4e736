import { describe, expect, it } from 'vitest';
import { oneLine, wrap, wrapLines } from '#cli/terminal/text.ts';
import { terminalWidth } from '#cli/terminal/width.ts';

describe('lines of a width', () => {
  it.each([
    ['one two three', { width: 8 }, 'one two\nthree'],
    ['one two three', { width: 10, indent: 2 }, 'one two\n  three'],
    ['one two three four', { width: 9, lines: 1 }, 'one two …'],
    ['x'.repeat(12), { width: 8 }, `${'x'.repeat(8)}\n${'x'.repeat(4)}`],
  ])('%s', (text, how, lines) => {
    expect(wrap(text, how)).toBe(lines);
  });

  it('have a margin before each, and go on with a word that is too long in the next', () => {
    const room = terminalWidth() - 2;
    const [first, second, ...rest] = wrapLines(`one ${'x'.repeat(room + 50)} two`);
    expect([first, second, rest]).toEqual(['  one', `  ${'x'.repeat(room)}`, [`  ${'x'.repeat(50)} two`]]);
    expect(wrapLines('one  two', '')).toEqual(['one  two']);
  });
});

describe('a line of untrusted text', () => {
  it('has no control characters and turns no direction around', () => {
    expect(oneLine(' a\n\u001b[31mb\u202ec ')).toBe('a [31mb c');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fencedMarkdown, plainMarkdown } from '#core/triage/markdown-text.ts';
import { visibleText } from '#core/triage/visible-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('untrusted text', () => {
  it('never ends the fence around it', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[`~\n <]*$/)), (text) => {
        const [open = '', ...rest] = fencedMarkdown(text);
        const fence = open.replace('text', '');
        const close = rest.pop();
        expect(close).toBe(fence);
        expect(rest.some((line) => line.includes(fence))).toBe(false);
        expect(rest.join('')).not.toContain('<');
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('holds no control character, and no line of its own', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 10, max: 200 }), (text, width) => {
        const shown = visibleText(text, width);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown.length).toBeLessThanOrEqual(width);
        expect(plainMarkdown(text)).not.toMatch(/[<>\n]|(?<!\\)[`*_[\]|]/);
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(visibleText('a\n\u001b[31mb\u202e')).toBe('a\\n\\x1b[31mb\\u202e');
  });
});

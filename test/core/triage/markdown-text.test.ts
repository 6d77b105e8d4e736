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
        expect(plainMarkdown(text)).not.toMatch(/[<\n]|^\s*>|(?<!\\)[`*_[\]|]/);
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(visibleText('a\n\u001b[31mb\u202e')).toBe('a\\n\\x1b[31mb\\u202e');
  });

  it('leaves as they are what nothing takes for markup', () => {
    const text = '70.7% of helpfulness@2 -> 60%';
    expect(plainMarkdown(text)).toBe(text);
    expect(plainMarkdown('1. one')).toBe('1\\. one');
    expect(plainMarkdown('@ann, ann@example.com')).toBe('&#64;ann, ann&#64;example.com');
    expect(plainMarkdown(' > quoted')).toBe(' &gt; quoted');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCharacters, viewedAt, viewOf, writtenAt } from '#core/redaction/view.ts';

const escaped = fc.constantFrom(
  '\\',
  '\\\\',
  '\\"',
  '\\u0040',
  '\\n',
  '&',
  '&amp;',
  '&#64;',
  '&commat;',
  '%',
  '%40',
  '%2540',
  '\u200b',
  '\u00ad',
  '\ud835\udfd0',
  '\ud835',
  '"',
  'u0040',
  '#64;',
  'a',
  ' ',
  'ü',
  '😀',
);
const anyText = fc.array(escaped, { maxLength: 20 }).map((pieces) => pieces.join(''));

describe('the view of a text', () => {
  it.each([
    ['ann\\u0040b.c', 'ann@b.c'],
    ['{\\\\\\"m\\\\\\":1}', '{"m":1}'],
    ['ann&#64;b', 'ann@b'],
    ['ann&#x40;b', 'ann@b'],
    ['ann&amp;#64;b', 'ann@b'],
    ['ann&commat;b&period;c', 'ann@b.c'],
    ['ann%40b', 'ann@b'],
    ['ann%2540b', 'ann@b'],
    ['41\u200b11\ufeff', '4111'],
    ['a\\nb\\tc\\/d', 'a\nb\tc/d'],
    ['\ud835\udfd2\ud835\udfcf', '41'],
    ['C:\\dir, 100%, a & b, &nothing; &#0; \\u00', 'C:\\dir, 100%, a & b, &nothing; &#0; \\u00'],
  ])('reads %j as %j', (text, view) => {
    expect(viewOf(text).text).toBe(view);
  });

  it('folds digits, full-width signs, dashes and spaces, unit by unit', () => {
    expect(foldCharacters('٤۱१１＠．‐—−\u00a0\u202f\u3000')).toBe('4111@.---   ');
    expect(foldCharacters('Größe 東京 Ωμέγα ½ ² £')).toBe('Größe 東京 Ωμέγα ½ ² £');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => foldCharacters(text).length === text.length),
    );
  });

  it('knows where each of its places is written', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const view = viewOf(text);
        let last = 0;
        for (let at = 0; at <= view.text.length; at += 1) {
          const written = writtenAt(view, at);
          expect(written).toBeGreaterThanOrEqual(last);
          // What is not written in another way stands there itself.
          if (at < view.text.length && writtenAt(view, at + 1) === written + 1)
            expect(text[written]).toBe(view.text[at]);
          expect(viewedAt(view, written)).toBe(at);
          last = written;
        }
        expect(last).toBe(text.length);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, TextBytes } from '#core/decode-text.ts';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const utf8 = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));
const little = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
const big = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16());

function decode(bytes: Uint8Array, sizes: readonly number[], loneReturns = false) {
  const reader = new TextBytes({ loneReturns });
  let text = '';
  let from = 0;
  for (const size of sizes) {
    text += reader.push(bytes.subarray(from, from + size));
    from += size;
  }
  text += reader.push(bytes.subarray(from)) + reader.end();
  return { text, lines: reader.takeFaults().map(({ line }) => line), encoding: reader.encoding };
}

/** Text without a lone half of a pair, NUL, or a mark at its start. */
const texts = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('\n', '\r', 'ä', '😀', '\uFFFD', '\uFEFF'),
      fc.string({ unit: 'grapheme' }),
    ),
  })
  .map((text) => text.replaceAll('\0', '').replace(/^\uFEFF+/, ''));
const cuts = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 40 });

describe('a text’s bytes', () => {
  it.each([
    ['UTF-8', utf8],
    ['UTF-16LE', little],
    ['UTF-16BE', big],
  ] as const)('of %s come out as they were written, wherever they are cut', (encoding, encode) => {
    fc.assert(
      fc.property(texts, cuts, (text, sizes) => {
        expect(decode(encode(text), sizes)).toEqual({ text, lines: [], encoding });
      }),
      { numRuns: 200 },
    );
  });

  it('may begin with the mark of UTF-8, which is no part of the text', () => {
    expect(decodeText(utf8('\uFEFFa'))).toEqual({ ok: true, text: 'a' });
    expect(decodeText(utf8('\uFEFF\uFEFFa'))).toEqual({ ok: true, text: '\uFEFFa' });
    expect(decodeText(new Uint8Array(0))).toEqual({ ok: true, text: '' });
  });

  it('that are no text are told by their lines, each once', () => {
    const bytes = latin1('one\nzwölf\r\nthree\nschön, grün\n');
    expect(decode(bytes, [])).toMatchObject({
      text: 'one\nzw\uFFFDlf\r\nthree\nsch\uFFFDn, gr\uFFFDn\n',
      lines: [2, 4],
    });
    expect(decodeText(bytes)).toEqual({
      ok: false,
      fault: {
        line: 2,
        reason: expect.stringMatching(/^holds bytes that are no UTF-8; save the file as UTF-8/),
      },
    });
  });

  it.each([
    ['Mac OS Roman with its line ending', Buffer.from('a\rb\x9a\rc', 'latin1'), true, [2]],
    ['a character that is cut off at the end', Buffer.from([97, 10, 0xe2, 0x82]), false, [2]],
    ['half a pair of UTF-8', Buffer.from([97, 10, 0xed, 0xa0, 0x80]), false, [2]],
    ['a longer writing than needed', Buffer.from([0xc0, 0xaf]), false, [1]],
    ['UTF-16 without its mark', Buffer.from('a\nb', 'utf16le'), false, [1, 2]],
    ['UTF-16 with an odd byte', Buffer.concat([little('a\nb'), Buffer.from([97])]), false, [2]],
    ['half a pair of UTF-16', Buffer.from('\uFEFFa\n\ud83d\nb\u0a00', 'utf16le'), false, [2]],
    ['UTF-32, either way', Buffer.from([0xff, 0xfe, 0, 0, 97, 0, 0, 0]), false, [1]],
    ['UTF-32, the other way', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 97]), false, [1]],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), false, [1, 3]],
  ])('are no text in %s', (_, bytes, loneReturns, lines) => {
    expect(decode(bytes, [], loneReturns).lines).toEqual(lines);
    expect(decode(bytes, [1, 1, 1, 1, 1, 1, 1, 1], loneReturns).lines).toEqual(lines);
  });

  it('say the same however they are cut', () => {
    const bytes = fc.array(
      fc.constantFrom(10, 13, 97, 0xe4, 0xc3, 0xa4, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0xfe, 0, 0xd8),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(bytes, cuts, fc.boolean(), (given, sizes, loneReturns) => {
        const all = Uint8Array.from(given);
        expect(decode(all, sizes, loneReturns)).toEqual(decode(all, [], loneReturns));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of another kind of file name no line without end', () => {
    const { lines } = decode(Buffer.from('\xff\n'.repeat(50_000), 'latin1'), []);
    expect(lines).toHaveLength(10_000);
  });
});

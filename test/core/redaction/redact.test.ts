import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuiltinName, builtinNames } from '#core/redaction/builtin-names.ts';
import { passesLuhn, passesMod97 } from '#core/redaction/checked-numbers.ts';
import { compileRedaction, redact, redactBuiltins, redactNothing } from '#core/redaction/redact.ts';

const all = compileRedaction(redactBuiltins);
const redacted = (text: string) => redact(text, all).text;
const only = (name: BuiltinName, text: string) =>
  redact(text, compileRedaction({ patterns: [name], custom: [] })).text;

/** Keys are put together here, so that no scanner of repositories takes them for real ones. */
const join = (...parts: string[]) => parts.join('');
const githubToken = join('gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8');
const openAiKey = join('s', 'k-', 'proj-Ab12Cd34Ef56Gh78Ij90Kl');
const awsKey = join('AK', 'IA', 'IOSFODNN7EXAMPLE');
const jwt = join('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g');
const pem = (body: string) =>
  join('-----BEGIN RSA PRIV', 'ATE KEY-----\n', body, '\n-----END RSA PRIV', 'ATE KEY-----');
const keyLines = 'MIIEpAIBAAKCAQEAtestTESTtestTESTtestTESTtestTESTtest\nabcdEFGHabcdEFGHabcdEFGHabcd==';

describe('what is found', () => {
  it.each([
    ['email', 'ann@example.com', '[email]'],
    ['email', 'Write to ann.o-neil+news@mail.example.co.uk.', 'Write to [email].'],
    ['email', '<mailto:jürgen@müller.example>', '<mailto:[email]>'],
    ['email', `${'x'.repeat(70)}@example.com`, 'xxxxxx[email]'],
    ['email', 'ann@example.com,bob@example.org', '[email],[email]'],
    ['phone', '+49 30 901820', '[phone]'],
    ['phone', 'call +1 (212) 555-0123 now', 'call [phone] now'],
    ['phone', '+442079460958', '[phone]'],
    ['phone', '+44 (0)20 7946 0958.', '[phone].'],
    ['phone', 'tel:+1-212-555-0123', 'tel:[phone]'],
    ['phone', '0049 30 9018 2034', '[phone]'],
    ['phone', '+250 788 123 456', '[phone]'],
    ['phone', '(212) 555-0123', '[phone]'],
    ['phone', '212-555-0123 or 1.415.555.2671', '[phone] or [phone]'],
    ['phone', 'Tel.: 0 89 / 12 34 56 78, Fax 089 123456-79', 'Tel.: [phone], Fax [phone]'],
    ['phone', '私の電話番号は０９０－１２３４－５６７８です', '私の電話番号は[phone]です'],
    ['phone', '020 7946 0958 is my mobile', '[phone] is my mobile'],
    ['card', '4111 1111 1111 1111', '[card]'],
    ['card', '4111-1111-1111-1111, 12/29', '[card], 12/29'],
    ['card', '5555555555554444', '[card]'],
    ['card', '3782 822463 10005', '[card]'],
    ['card', '4242 4111 1111 1111 1111', '4242 [card]'],
    ['iban', 'DE89 3704 0044 0532 0130 00', '[iban]'],
    ['iban', 'GB82WEST12345698765432', '[iban]'],
    ['iban', 'BE68 5390 0754 7034 THANKS', '[iban] THANKS'],
    ['iban', 'NO93 8601 1117 947.', '[iban].'],
    ['ssn', 'SSN 123-45-6789', 'SSN [ssn]'],
    ['ip', 'from 203.0.113.7:8080', 'from [ip]:8080'],
    ['ip', '[203.0.113.20]', '[[ip]]'],
    ['ip', '::ffff:203.0.113.7', '::ffff:[ip]'],
    ['ip', '203[.]0[.]113[.]7', '[ip]'],
    ['ip', 'ec2-203-0-113-7.compute.example.com', 'ec2-[ip].compute.example.com'],
    ['ip', '2001:db8:85a3::8a2e:370:7334', '[ip]'],
    ['ip', 'fe80::1 and 2001:0db8:0000:0000:0000:ff00:0042:8329', 'fe80::1 and [ip]'],
    ['secret', `key ${awsKey}`, 'key [secret]'],
    ['secret', `OPENAI_API_KEY="${openAiKey}"`, 'OPENAI_API_KEY="[secret]"'],
    ['secret', githubToken, '[secret]'],
    ['secret', jwt, '[secret]'],
    ['secret', 'Authorization: Bearer abcDEF123456.ghi-789_xyz', 'Authorization: Bearer [secret]'],
    ['secret', 'Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic [secret]'],
    [
      'secret',
      'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'aws_secret_access_key = [secret]',
    ],
    ['secret', `a\n${pem(keyLines)}\nb`, 'a\n[secret]\nb'],
    ['secret', `cut: ${pem(keyLines).slice(0, 90)}`, 'cut: [secret]'],
    ['secret', pem(keyLines.replaceAll('\n', '\\n')).replaceAll('\n', '\\n'), '[secret]'],
    [
      'url-credentials',
      'postgres://app:p%40ss@db.example.com/x',
      'postgres://[url-credentials]@db.example.com/x',
    ],
    ['url-credentials', `https://${githubToken}@github.com/a/b`, 'https://[url-credentials]@github.com/a/b'],
  ] as const)('%s: %j', (name, text, wanted) => {
    expect(only(name, text)).toBe(wanted);
  });

  it('leaves nothing of several in one text', () => {
    expect(
      redact(
        `Ann (ann@example.com, +1 212 555 0123) paid with 4111 1111 1111 1111 from 203.0.113.7; see https://ann:pw@example.com`,
        all,
      ),
    ).toEqual({
      text: 'Ann ([email], [phone]) paid with [card] from [ip]; see https://[url-credentials]@example.com',
      count: 5,
    });
  });
});

describe('what is left alone', () => {
  it.each([
    'The order 1234567890 of 2026-11-03T09:15:02.123Z cost $1,234.56.',
    'id 7f3a9c2e-1b2d-4c3e-8f4a-5b6c7d8e9f00, request 1730624102123, trace 00012345678901234567',
    '1234567890123456 and 4111 1111 1111 1112 fail the check digit',
    'DE89 3704 0044 0532 0130 01 fails it too, and XX89 3704 0044 is no country',
    'Grew by +1,500,000 to +10.000.000, +23.456.789 or +100 000 000; +02:00, UTC+0530, 1e+123456789',
    'v1.2.3.4, OID 1.3.6.1.4.1, 10.20.30, 300.1.1.1 and 1.2.3.4.5',
    'localhost is 127.0.0.1 or ::1; listen on 0.0.0.0:80',
    'at 12:30:45, a[::2], a[1::3], std::vector, aa:bb:cc:dd:ee:ff',
    'npm i pkg@1.2.3 @types/node, @ann, a@b, user@localhost',
    'sk-learn-estimator-html-representation and skip_to-the-next-paragraph-of-this-text',
    'the bearer of-this-very-long-hyphenated-word may pass',
    'https://example.com/a@b and http://example.com:8080/',
    '000-12-3456, 666-12-3456, 912-34-5678, 2024-12-3456 and 123-45-67890',
    'ISBN 978-3-16-148410-0, ZIP 12345-6789, 192.168.1, 555-0123, 2125550123',
    'page 212 555 of 1234; (112) 555-0123',
  ])('%j', (text) => {
    expect(redact(text, all)).toEqual({ text, count: 0 });
  });

  it('is everything where redaction is off', () => {
    expect(redact('ann@example.com', compileRedaction(redactNothing)).text).toBe('ann@example.com');
  });
});

/** Texts that are full of what is found, of halves of it, and of labels. */
const piece = fc.oneof(
  fc.constantFrom(
    'ann@example.com',
    '@example.com',
    'ann@',
    '+49 30 901820',
    '+4930901820',
    '(212) 555-0123',
    '212-555-0123',
    '4111 1111 1111 1111',
    '4111111111111111',
    '1111',
    'DE89 3704 0044 0532 0130 00',
    'GB82WEST12345698765432',
    '123-45-6789',
    '203.0.113.7',
    '2001:db8::8a2e:7334',
    'https://',
    'u:p@',
    awsKey,
    githubToken,
    jwt,
    'Bearer ',
    'abcDEF123456ghi789',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    ...builtinNames.map((name) => `[${name}]`),
    '[',
    ']',
    '\ud83d\ude00',
    '\ud800',
  ),
  fc.constantFrom('', ' ', '-', '.', ':', '/', '+', '1', 'a', '\n', '00'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const anyText = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

describe('redacting', () => {
  it('finds what stands beside a find at once, not the second time', () => {
    const once = redact('123-45-6789-1.2.3.4', all);
    expect(redact(once.text, all)).toEqual({ text: once.text, count: 0 });
  });

  it('twice changes nothing that once has not changed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = redacted(text);
        expect(redact(once, all)).toEqual({ text: once, count: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not thwarted by the texts around, where spaces part them', () => {
    const secret = fc.constantFrom(
      'ann@example.com',
      '4111 1111 1111 1111',
      'GB82WEST12345698765432',
      '203.0.113.7',
      githubToken,
    );
    fc.assert(
      fc.property(fc.lorem({ maxCount: 4 }), secret, fc.lorem({ maxCount: 4 }), (before, text, after) => {
        expect(redacted(`${before} ${text} ${after}`)).not.toContain(text);
      }),
    );
  });

  it('ends on 40,000 characters of whatever it may stumble over', () => {
    const hostile = [
      ...'a@1+.:-/(f0 '.split(''),
      ...[
        'a@',
        '@a.',
        'a.',
        '1 ',
        '1.',
        '1-',
        '+1',
        '+4 ',
        '00',
        '4 ',
        '4111 ',
        '::',
        'f:',
        'fe80:',
        '2001::',
      ],
      ...['DE89', 'DE89 ', 'sk-', 'sk_a', 'eyJ', 'eyJa.', `${'eyJaaaaaaaa.'}`, 'Bearer ', 'bearer  a'],
      ...[
        '-----BEGIN PRIVATE KEY-----',
        '-----BEGIN PRIVATE KEY-----\n',
        '-----END ',
        '://',
        '://a',
        '://a:',
      ],
      ...[
        'aws_secret_access_key=',
        'Authorization: Basic ',
        '[email]',
        '(212) ',
        '212-555-',
        '123-45-',
        'AKIA',
      ],
      ...['\ud83d\ude00', '\ud800', 'ü@', '1.1.1.', '255.255.255.255', 'a@b.c'],
      ...[
        'password ',
        'password for a ',
        'pw=',
        'token ',
        'call 01 ',
        'tel 0171 2345678 ',
        '01 ',
        '2 2',
        'aB3dE6gH9=',
      ],
      ...[
        '\\',
        '\\"',
        '&amp;',
        '%40',
        '\u200b',
        'MIIE\n',
        '-----END PRIVATE KEY-----',
        '://a:b@',
        'a(at)',
        ' at a dot ',
      ],
    ];
    for (const unit of hostile) {
      const text = unit.repeat(Math.ceil(40_000 / unit.length));
      expect(redacted(text).length).toBeGreaterThan(0);
      expect(redacted(`-----BEGIN PRIVATE KEY-----${text}@`).length).toBeGreaterThan(0);
    }
  });
});

describe('patterns of one’s own', () => {
  const rules = compileRedaction({
    patterns: ['email'],
    custom: [
      { name: 'customer', pattern: '\\bKD-\\d{6,8}\\b' },
      { name: 'address', pattern: 'Address: [^\\n]{1,100}' },
    ],
  });

  it('are looked for first, beside the built-in ones that are chosen', () => {
    expect(redact('KD-123456, ann@example.com, 203.0.113.7', rules)).toEqual({
      text: '[customer], [email], 203.0.113.7',
      count: 2,
    });
  });

  it('take in what a built-in pattern would find inside them', () => {
    expect(redact('Address: 1 Main St, ann@example.com\nBye', rules).text).toBe('[address]\nBye');
  });

  it('leave labels alone, also their own', () => {
    const words = compileRedaction({ patterns: [], custom: [{ name: 'word', pattern: '[a-z]{1,20}' }] });
    expect(redact('one [email] two', words).text).toBe('[word] [email] [word]');
    expect(redact('[word] [email] [word]', words).count).toBe(0);
  });
});

describe('check digits', () => {
  it('tell one wrong digit of a card', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const digits = '4111111111111111';
        const wrong = String((Number(digits[place]) + by) % 10);
        expect(passesLuhn(digits.slice(0, place) + wrong + digits.slice(place + 1))).toBe(false);
      }),
    );
    expect(passesLuhn('4111111111111111')).toBe(true);
  });

  it('tell two neighbours of an IBAN that changed places', () => {
    const iban = 'DE89370400440532013000';
    expect(passesMod97(iban)).toBe(true);
    for (let place = 4; place < iban.length - 1; place += 1) {
      if (iban[place] === iban[place + 1]) continue;
      const swapped = iban.slice(0, place) + iban[place + 1] + iban[place] + iban.slice(place + 2);
      expect(passesMod97(swapped)).toBe(false);
    }
  });
});

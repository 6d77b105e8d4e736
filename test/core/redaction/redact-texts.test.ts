import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRedaction, redactBuiltins, redactNothing } from '#core/redaction/redact.ts';
import { redactTexts } from '#core/redaction/redact-texts.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';

const rules = compileRedaction(redactBuiltins);
const mail = 'ann@example.com';

const message = (rest: object) => ({
  request: { messages: [{ role: 'user', content: 'hi', ...rest }] },
  response: { content: 'hello' },
});

describe('texts of a response', () => {
  it('are redacted in messages, answer and context, and each find is counted', () => {
    expect(
      redactTexts(
        {
          request: { messages: [{ role: 'user', content: `I am ${mail}` }] },
          response: { content: `Hello ${mail}, call +1 212 555 0123` },
          context: [`first ${mail}`, { title: 'doc', text: 'from 203.0.113.7' }],
        },
        rules,
      ),
    ).toEqual({
      texts: {
        request: { messages: [{ role: 'user', content: 'I am [email]' }] },
        response: { content: 'Hello [email], call [phone]' },
        context: ['first [email]', { title: 'doc', text: 'from [ip]' }],
      },
      redactions: 5,
    });
  });

  it.each([
    ['parts', { content: [{ type: 'text', text: mail }, mail] }],
    ['a tool call', { tool_calls: [{ function: { name: 'send', arguments: `{"to":"${mail}"}` } }] }],
    ['JSON with escapes', { content: '{"to":"ann\\u0040example.com","note":"a\\nb"}' }],
    ['JSON inside JSON', { content: JSON.stringify({ body: JSON.stringify({ to: mail }) }) }],
    ['a list in JSON', { content: JSON.stringify([[mail]]) }],
    ['a name of a field', { metadata: { [mail]: 1 } }],
    ['JSON that is cut', { content: `{"to":"${mail}", "te` }],
  ])('are found in %s', (_, rest) => {
    const { texts, redactions } = redactTexts(message(rest), rules);
    expect(redactions).toBe('content' in rest && Array.isArray(rest.content) ? 2 : 1);
    expect(JSON.stringify(texts)).not.toMatch(/ann/);
    expect(JSON.stringify(texts)).toContain('[email]');
  });

  it('stay byte for byte outside the labels, JSON too', () => {
    const answer = (content: string) =>
      redactTexts({ request: { messages: [] }, response: { content } }, rules).texts.response?.content;
    expect(
      answer(
        '{ "order": 12345678901234567890, "price": 10.00,\n\t"mail": "ann\\u0040example.com", "e": 1E5 }',
      ),
    ).toBe('{ "order": 12345678901234567890, "price": 10.00,\n\t"mail": "[email]", "e": 1E5 }');
    const space = fc.constantFrom('', ' ', '\n  ');
    const number = fc.constantFrom('10.00', '-0', '1e400', '12345678901234567890', '0.1000');
    const part = fc.oneof(
      fc.tuple(fc.constant(mail), fc.constant('[email]')),
      fc.tuple(fc.constant('ann\\u0040example.com'), fc.constant('[email]')),
      fc.tuple(fc.constant('203.0.113.77'), fc.constant('[ip]')),
      fc.constantFrom('x', '\\"', '\\\\', '\\u00fc', 'ü').map((text) => [text, text] as [string, string]),
    );
    const item = fc.tuple(space, fc.array(part, { maxLength: 3 }), number);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
        const write = (which: 0 | 1) =>
          `[${items.map(([gap, parts, digits]) => `${gap}{"k":${gap}"${parts.map((both) => both[which]).join(' ')}",${gap}"n":${digits}}`).join(',')}]`;
        expect(answer(write(0))).toBe(write(1));
        expect(() => JSON.parse(write(1))).not.toThrow();
      }),
    );
  });

  it('become a label in quotes where they are numbers of JSON', () => {
    const content = '{"phone":4155552671,"n":[4111111111111111, 7],"note":"4111111111111111"}';
    const { texts } = redactTexts({ request: { messages: [] }, response: { content } }, rules);
    expect(texts.response?.content).toBe('{"phone":"[phone]","n":["[card]", 7],"note":"[card]"}');
  });

  it('are known by the names of their fields, in JSON and in the record', () => {
    expect(
      redactTexts(
        message({ customer: { mobile: '9876543210', pin: 1234, password: 'Zk7pQ2mX', size: 9876543210 } }),
        rules,
      ).texts.request?.messages?.[0],
    ).toMatchObject({
      customer: { mobile: '[phone]', pin: '[password]', password: '[password]', size: 9876543210 },
    });
  });

  it('take work in proportion to their size, also where all keys become one', () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}@a.io`, 1]));
    const work = (count: number) => {
      const [own, text] = [message({ by: keys(count) }), message({ content: JSON.stringify(keys(count)) })];
      return cpuMsOf(() => void [redactTexts(own, rules), redactTexts(text, rules)]);
    };
    work(2_000);
    // A thousand keys more took longer each time: 8,000 a quarter of a minute.
    expect(work(8_000)).toBeLessThan(3_000);
    const [first] = redactTexts(message({ by: keys(8_000) }), rules).texts.request?.messages ?? [];
    const redacted = Object.keys((first as { by?: object }).by ?? {});
    expect(redacted).toHaveLength(8_000);
    expect(redacted.at(-1)).toBe('[email] 8000');
  });

  it('leave JSON readable, and as it was written where nothing is found', () => {
    const plain = '{ "a": [1, 2],\n  "b": "x" }';
    expect(redactTexts(message({ content: plain }), rules).texts.request?.messages?.[0]?.content).toBe(plain);
    const { texts } = redactTexts(message({ content: `{"to": "${mail}", "card": 4111111111111111}` }), rules);
    expect(JSON.parse(String(texts.request?.messages?.[0]?.content))).toEqual({
      to: '[email]',
      card: '[card]',
    });
  });

  it('keep two values whose names become one', () => {
    const { texts } = redactTexts(message({ by: { [mail]: 'a', 'bob@example.com': 'b' } }), rules);
    expect(texts.request?.messages?.[0]).toMatchObject({ by: { '[email]': 'a', '[email] 2': 'b' } });
  });

  it('keep what no text is: names of fields, numbers, null', () => {
    const rest = { content: null, n: 1730624102123, ok: true, __proto__: null };
    expect(redactTexts(message(rest), rules).texts).toEqual(message(rest));
    const parsed = JSON.parse('{"role":"user","content":"x","__proto__":{"a":1}}');
    const { texts } = redactTexts({ request: { messages: [parsed] }, response: {} }, rules);
    expect(Object.hasOwn(texts.request?.messages?.[0] ?? {}, '__proto__')).toBe(true);
  });

  it('are the same where redaction is off', () => {
    const texts = message({ content: mail });
    expect(redactTexts(texts, compileRedaction(redactNothing))).toEqual({ texts, redactions: 0 });
  });

  it('are redacted whatever JSON they hold, and the second time nothing is found', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), (value, asText) => {
        const content = asText ? JSON.stringify({ value, mail }) : [value, mail];
        const once = redactTexts(message({ content }), rules);
        expect(JSON.stringify(once.texts)).not.toContain(mail);
        expect(redactTexts(once.texts, rules)).toEqual({ texts: once.texts, redactions: 0 });
      }),
    );
  });

  it('may hold JSON that nests as deep as it likes', () => {
    const deep = `${'['.repeat(50_000)}"${mail}"${']'.repeat(50_000)}`;
    const { texts, redactions } = redactTexts(message({ content: deep }), rules);
    expect(redactions).toBe(1);
    expect(texts.request?.messages?.[0]?.content).not.toContain(mail);
  });
});

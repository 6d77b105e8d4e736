import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRedaction, redactBuiltins, redactNothing } from '#core/redaction/redact.ts';
import { redactTexts } from '#core/redaction/redact-texts.ts';

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

import { inflateRawSync } from 'node:zlib';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { env } from '#core/names.ts';
import { userHash } from '#core/record/user-hash.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { verdict } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

const mail = 'ann.lee@example.com';
const phone = '+1 212 555 0123';
const customer = 'KD-123456';

/** A response whose every text names somebody. */
const record = (id: string, surface: string) =>
  responseRecord(id, Date.now(), {
    surface,
    user: mail,
    request: {
      messages: [
        { role: 'system', content: `The customer is ${customer}.` },
        { role: 'user', content: [{ type: 'text', text: `I am ${mail}` }] },
        { role: 'assistant', content: null, tool_calls: [{ function: { arguments: `{"to":"${mail}"}` } }] },
      ],
      apiKey: 'not-sent',
    },
    response: { content: `We call ${phone}.` },
    context: [`Notes on ${mail}`],
    metadata: { email: mail },
  });

let flow: FlowStack;
afterEach(() => flow?.close());

async function textItems(): Promise<Record<string, unknown>[]> {
  const client = new DynamoDBClient({});
  const found: Record<string, unknown>[] = [];
  const pages = paginateScan({ client }, { TableName: flow.stack.environment[env.judgementTable] });
  for await (const { Items = [] } of pages) found.push(...Items.map(fromItem));
  client.destroy();
  return found;
}

describe('redaction', () => {
  it('is done before the judge queue: queue, judge and storage never see what was taken out', async () => {
    const prompts = new Map<string, string>();
    flow = await FlowStack.start({
      catalogue: testCatalogue({
        surfaces: [
          { surface: 'chat', sampleRate: 1 },
          { surface: 'open', sampleRate: 1, redaction: 'off' },
          {
            surface: 'own',
            sampleRate: 1,
            redaction: { patterns: ['phone'], custom: [{ name: 'customer', pattern: '\\bKD-\\d{6}\\b' }] },
          },
        ],
      }),
      judge: (request) => {
        prompts.set(request.responseId, request.prompt);
        return verdict(request, 4);
      },
    });
    const [sampler] = await Promise.all([import('#lambdas/sampler/handler.ts')]);
    await sampler.handler({
      Records: ['chat', 'open', 'own'].map((surface) => ({
        messageId: surface,
        body: JSON.stringify(record(`r-${surface}`, surface)),
        attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' },
      })),
    } as never);
    const messages = new Map(
      (await flow.queued('JudgeQueue')).map(({ body }) => [JSON.parse(body).responseId as string, body]),
    );
    await flow.settle();
    const items = await textItems();
    const stored = (id: string) => {
      const item = items.find(({ pk }) => pk === `text#${id}`);
      return inflateRawSync(item?.texts as Uint8Array).toString();
    };

    for (const seen of [messages.get('r-chat'), prompts.get('r-chat'), stored('r-chat')]) {
      expect(seen).toContain('I am [email]');
      expect(seen).toContain('We call [phone].');
      expect(seen).not.toContain('ann.lee');
      expect(seen).not.toContain('555 0123');
    }
    expect(messages.get('r-chat')).toContain('Notes on [email]');
    expect(messages.get('r-chat')).not.toContain('not-sent');
    for (const seen of [messages.get('r-own'), prompts.get('r-own'), stored('r-own')]) {
      expect(seen).toContain('The customer is [customer].');
      expect(seen).toContain(mail);
      expect(seen).not.toContain(customer);
    }
    expect(stored('r-open')).toContain(phone);

    const judgement = (id: string) =>
      items.find(({ sk, state }) => String(sk).startsWith(`${id}#`) && state === 'judged');
    expect(judgement('r-chat')).toMatchObject({ redactions: 4 });
    expect(judgement('r-open')).toMatchObject({ redactions: 0 });
    // The user is a hash, and beside the texts alone: it goes when they go.
    expect(
      items
        .filter((item) => item.userHash === userHash(mail))
        .map(({ pk }) => pk)
        .sort(),
    ).toEqual(['text#r-chat', 'text#r-open', 'text#r-own']);
    expect(JSON.stringify(items.map(({ texts: _, ...item }) => item))).not.toContain('ann.lee');
    for (const item of items.filter(({ pk }) => String(pk).startsWith('text#')))
      expect(item.expiresAt).toEqual(expect.any(Number));
  });
});

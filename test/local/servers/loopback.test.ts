import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JudgeServer, startJudgeServer } from '#local/judges/judge-server.ts';
import { simulatedJudge } from '#local/judges/simulated-judge.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';

let aws: EmbeddedAws;
let judge: JudgeServer;
beforeAll(async () => {
  [aws, judge] = await Promise.all([startEmbeddedAws({ timeFactor: 1 }), startJudgeServer(simulatedJudge())]);
});
afterAll(() => Promise.all([aws.close(), judge.close()]));

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function ask(url: string, headers: Record<string, string>, method = 'POST', body = '{}'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? body : undefined);
  });
}

/** A call that each server takes, and what its answer then says. */
const calls = {
  DynamoDB: {
    url: () => aws.endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    headers: {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20261103/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a',
      'x-amz-date': '20261103T090000Z',
    },
    says: 'TableNames',
  },
  SQS: {
    url: () => aws.endpoints.AWS_ENDPOINT_URL_SQS,
    headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
    says: '{',
  },
  CloudWatch: {
    url: () => aws.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH,
    headers: {
      'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics',
      'content-type': 'application/x-amz-json-1.0',
    },
    says: 'Metrics',
  },
  'Secrets Manager': {
    url: () => aws.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    headers: {
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'content-type': 'application/x-amz-json-1.1',
    },
    says: '',
  },
  EventBridge: {
    url: () => aws.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE,
    headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
    says: '',
  },
  judge: {
    url: () => `${judge.url}/chat/completions`,
    headers: { 'content-type': 'application/json', 'x-client-request-id': 'a' },
    says: 'choices',
  },
};

describe.each(Object.entries(calls))('the local server of %s', (_name, { url, headers, says }) => {
  it('answers this machine', async () => {
    const { status, text } = await ask(url(), headers, 'POST', says === 'choices' ? '{"messages":[]}' : '{}');
    expect(status).not.toBe(403);
    expect(text).toContain(says);
  });

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '10.0.0.7',
    'evil.example:80@127.0.0.1',
  ])('refuses the host %s', async (host) => {
    for (const method of ['POST', 'GET']) {
      const { status, text } = await ask(url(), { ...headers, host }, method);
      expect(status).toBe(403);
      expect(text).toContain('wanted a Host such as 127.0.0.1');
    }
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses a page of the origin %s, also before it asks',
    async (origin) => {
      for (const method of ['POST', 'GET', 'OPTIONS', 'PUT', 'DELETE']) {
        const answer = await ask(url(), { ...headers, origin }, method);
        expect(answer.status).toBe(403);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    },
  );
});

it('the judge was asked by this machine alone', () => {
  expect([...judge.asked().values()].reduce((sum, times) => sum + times, 0)).toBe(1);
});

import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call of an AWS SDK as it passes by. */
export interface AwsCall {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The same for each attempt that the SDK makes at one call. */
  readonly invocation: string;
}

/** What goes wrong with a call. */
export type Fault =
  /** The service fails and does nothing. */
  | { readonly kind: 'refused'; readonly status: number; readonly type: string }
  /** The service does its work, and its answer is lost on the way. */
  | { readonly kind: 'answer-lost' }
  /** SendMessageBatch or DeleteMessageBatch takes all entries but these. */
  | { readonly kind: 'entries-refused'; readonly refuse: (entry: BatchEntry) => boolean }
  /** BatchWriteItem takes the first half of the writes and leaves the others unprocessed. */
  | { readonly kind: 'half-unprocessed' };

export interface BatchEntry {
  readonly Id: string;
  /** Of a message that is sent. */
  readonly MessageBody: string;
}

export const throttled: Fault = {
  kind: 'refused',
  status: 400,
  type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
};

export const serverError: Fault = {
  kind: 'refused',
  status: 500,
  type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
};

export interface AwsProxyOptions {
  /** Is told of each answered call before its caller is; `answered` then stays empty. */
  readonly observe?: (call: AwsCall, status: number, answer: Buffer) => void;
  /** The body to send on in the place of the caller's. */
  readonly rewrite?: (call: AwsCall) => Readonly<Record<string, unknown>> | undefined;
}

export interface AwsProxy {
  readonly url: string;
  /** Calls that were answered, in the order of their answers. `answeredAt` is epoch milliseconds. */
  readonly answered: (AwsCall & { readonly answeredAt: number })[];
  /** Decides from now on what goes wrong. */
  meddle(decide: (call: AwsCall) => Fault | undefined): void;
  close(): Promise<void>;
}

/** Stands between the SDK's clients and an embedded server, over real HTTP: counts calls and makes some fail. */
export async function startAwsProxy(
  upstream: string,
  { observe, rewrite }: AwsProxyOptions = {},
): Promise<AwsProxy> {
  const agent = new Agent({ keepAlive: true });
  const answered: (AwsCall & { answeredAt: number })[] = [];
  let decide: (call: AwsCall) => Fault | undefined = () => undefined;

  const pass = (path: string, headers: IncomingHttpHeaders, body: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const outgoing = httpRequest(
        new URL(path, upstream),
        { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          readAll(response).then(
            (answer) =>
              resolve({ status: response.statusCode ?? 500, headers: response.headers, body: answer }),
            reject,
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  const server = createServer(async (request, response) => {
    try {
      const body = await readAll(request);
      const call: AwsCall = {
        operation: String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) as string,
        body: bodyOf(request.headers, body),
        at: Date.now(),
        invocation: String(request.headers['amz-sdk-invocation-id'] ?? ''),
      };
      const fault = decide(call);
      if (fault?.kind === 'refused') {
        response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: fault.type, message: 'made to fail by the test' }));
        return;
      }
      const passOn = (rest: Buffer) => pass(request.url ?? '/', request.headers, rest);
      const rewritten = rewrite?.(call);
      const answer = await passUnder(
        fault,
        call,
        rewritten === undefined ? body : Buffer.from(JSON.stringify(rewritten)),
        passOn,
      );
      if (observe === undefined) answered.push({ ...call, answeredAt: Date.now() });
      else observe(call, answer.status, answer.body);
      if (fault?.kind === 'answer-lost') {
        request.socket.destroy();
        return;
      }
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
      response.writeHead(answer.status, headers);
      response.end(answer.body);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    meddle: (next) => {
      decide = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        agent.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Pass = (body: Buffer) => Promise<Answer>;

async function passUnder(fault: Fault | undefined, call: AwsCall, body: Buffer, pass: Pass): Promise<Answer> {
  if (fault?.kind === 'entries-refused') {
    const refused = entriesOf(call).filter(fault.refuse);
    if (refused.length > 0) return passSome(call, refused, pass);
  }
  if (fault?.kind === 'half-unprocessed') return passHalf(call, pass);
  return pass(body);
}

/** A compressed body, which only metrics have, is not read. */
function bodyOf(headers: IncomingHttpHeaders, body: Buffer): Record<string, unknown> {
  if (body.length === 0 || headers['content-encoding'] !== undefined) return {};
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

function entriesOf(call: AwsCall): BatchEntry[] {
  return (call.body.Entries ?? []) as BatchEntry[];
}

/** Lets the other entries of a batch through, and tells of the refused ones as SQS does. */
async function passSome(call: AwsCall, refused: readonly BatchEntry[], pass: Pass): Promise<Answer> {
  const Failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
  const Entries = entriesOf(call).filter((entry) => !refused.includes(entry));
  const headers: IncomingHttpHeaders = { 'content-type': 'application/x-amz-json-1.0' };
  if (Entries.length === 0)
    return { status: 200, headers, body: Buffer.from(JSON.stringify({ Successful: [], Failed })) };
  const answer = await pass(Buffer.from(JSON.stringify({ ...call.body, Entries })));
  const result = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  return { ...answer, headers, body: Buffer.from(JSON.stringify({ ...result, Failed })) };
}

/** Lets the first half of a BatchWriteItem through. A single write waits as a whole. */
async function passHalf(call: AwsCall, pass: Pass): Promise<Answer> {
  const [table = '', writes = []] =
    Object.entries((call.body.RequestItems ?? {}) as Record<string, unknown[]>)[0] ?? [];
  const half = Math.floor(writes.length / 2);
  const UnprocessedItems = { [table]: writes.slice(half) };
  const headers: IncomingHttpHeaders = { 'content-type': 'application/x-amz-json-1.0' };
  const body = Buffer.from(JSON.stringify({ UnprocessedItems }));
  if (half === 0) return { status: 200, headers, body };
  const first = { ...call.body, RequestItems: { [table]: writes.slice(0, half) } };
  const answer = await pass(Buffer.from(JSON.stringify(first)));
  return answer.status === 200 ? { status: 200, headers, body } : answer;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

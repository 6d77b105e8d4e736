import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Calls of AWS SDKs as IAM names them, such as `sqs:SendMessage`; of tables with theirs: `dynamodb:Query T/index/byUser`. */
export interface CallRecorder {
  readonly url: string;
  /** What was called since this was last asked. */
  take(): ReadonlySet<string>;
  close(): Promise<void>;
}

/** Stands between SDK clients and a server of one service, and notes every call. */
export async function startCallRecorder(upstream: string): Promise<CallRecorder> {
  let calls = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    calls.add(nameCall(request.method ?? '', request.url ?? '/', request.headers, body.toString('latin1')));
    const outgoing = httpRequest(
      new URL(request.url ?? '/', upstream),
      { method: request.method ?? 'GET', headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on('error', () => request.socket.destroy());
    outgoing.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = calls;
      calls = new Set();
      return taken;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Services that IAM calls otherwise than their signatures do. */
const services: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/** Operations that IAM allows under another's name. */
const operations: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
};

function nameCall(method: string, path: string, headers: IncomingHttpHeaders, body: string): string {
  const scope =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? '?';
  const service = services[scope] ?? scope;
  if (service === 's3') return `s3:${nameS3(method, new URL(path, 'http://s3'))}`;
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  const operation =
    target || /\/operation\/(\w+)$/.exec(path)?.[1] || new URLSearchParams(body).get('Action') || '?';
  const name = `${service}:${operations[operation] ?? operation}`;
  return service === 'dynamodb' ? `${name} ${nameTable(body)}` : name;
}

function nameTable(body: string): string {
  const {
    TableName,
    IndexName,
    RequestItems = {},
  } = JSON.parse(body) as {
    readonly TableName?: string;
    readonly IndexName?: string;
    readonly RequestItems?: Readonly<Record<string, unknown>>;
  };
  const table = TableName ?? Object.keys(RequestItems).join();
  return IndexName === undefined ? table : `${table}/index/${IndexName}`;
}

function nameS3(method: string, { pathname, searchParams }: URL): string {
  const isObject = pathname.split('/').filter((part) => part !== '').length > 1;
  if (pathname === '/') return 'ListAllMyBuckets';
  if (!isObject) return searchParams.has('versions') ? 'ListBucketVersions' : 'ListBucket';
  const verb = method === 'PUT' ? 'Put' : method === 'DELETE' ? 'Delete' : 'Get';
  return `${verb}Object${searchParams.has('versionId') ? 'Version' : ''}`;
}

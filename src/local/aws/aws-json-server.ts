import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { refuseForeign } from '../loopback.ts';

/**
 * An error as an AWS service answers it.
 *
 * `shape` is the name in `__type` (the SDK's exception class), `queryCode` the older code that query-compatible
 * services such as CloudWatch send beside it, `status` the HTTP status.
 */
export class AwsError extends Error {
  readonly shape: string;
  readonly status: number;
  readonly queryCode: string | undefined;

  constructor(shape: string, message: string, options: { status?: number; queryCode?: string } = {}) {
    super(message);
    this.name = 'AwsError';
    this.shape = shape;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode;
  }
}

/** A number as AWS JSON sends it: JSON has no NaN or infinities, so those come as strings. */
export const awsNumber = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((text) => Number(text)),
]);

/** A time as AWS JSON sends it, in epoch seconds with a fraction, read to the millisecond. */
export const awsTimestamp = z.number().transform((seconds) => new Date(Math.round(seconds * 1000)));

/** A time as AWS JSON answers it: epoch seconds. */
export const toAwsTimestamp = (at: Date): number => at.getTime() / 1000;

/** One operation of a service: answers a parsed body, or throws an {@link AwsError}. */
export type AwsOperation = (body: unknown) => unknown;

/** A request to one of the `/_assay/…` routes that tests and the local page use beside the AWS protocol. */
export interface RouteRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What a service needs to be served; the dispatch, bodies, errors and faults are the server's. */
export interface AwsJsonService {
  /** What stands before the dot in `X-Amz-Target`, such as `secretsmanager`. */
  readonly target: string;
  /** What stands before the `#` in an error's `__type`, such as `com.amazonaws.secretsmanager`. */
  readonly shapes: string;
  readonly protocol: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, AwsOperation>>;
  /** Keyed by method and path: `GET /_assay/state`. */
  readonly routes?: Readonly<Record<string, (request: RouteRequest) => unknown>>;
  /** The largest body in bytes, on the wire and unpacked. 1 MiB unless told. */
  readonly bodyLimitBytes?: number;
}

/** An answer to give instead of the operation's own. `operation` may be `*` for whichever comes next. */
export interface Fault {
  readonly operation: string;
  /** How many calls fail; 1 unless told. */
  readonly times?: number | undefined;
  /** HTTP status, such as 400 for `ThrottlingException` or 500 for `InternalFailure`. */
  readonly status: number;
  readonly code: string;
  readonly message?: string | undefined;
}

/** A running server on loopback. */
export interface AwsJsonServer {
  /** `http://127.0.0.1:<port>`, the SDK client's `endpoint`. */
  readonly url: string;
  /** Makes the next calls of an operation fail before the service sees them. Also `POST /_assay/fail`. */
  failNext(fault: Fault): void;
  /** Calls received by operation, failed ones included. Also `GET /_assay/calls`. */
  calls(): Record<string, number>;
  close(): Promise<void>;
}

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;

const faultSchema = z.object({
  operation: z.string().min(1),
  times: z.number().int().min(1).optional(),
  status: z.number().int().min(400).max(599),
  code: z.string().min(1),
  message: z.string().optional(),
});

/**
 * Joins an input schema and the code that answers it. A body that the schema refuses is answered with
 * `refuse(message)`, the message naming the place in the body.
 */
export function defineOperation<Schema extends z.ZodType>(
  schema: Schema,
  refuse: (message: string) => AwsError,
  answer: (input: z.output<Schema>) => unknown,
): AwsOperation {
  return (body) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw refuse(describeIssues(parsed.error));
    return answer(parsed.data);
  };
}

/** A zod error as one sentence a caller can act on: where in the body, and what was wanted. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}

/**
 * Serves an AWS JSON 1.0 or 1.1 service on 127.0.0.1, so that the real SDK clients can talk to it.
 * Requests are not authenticated; a `Host` that is not loopback is refused, which keeps web pages out.
 */
export async function startAwsJsonServer(
  service: AwsJsonService,
  options: { port?: number } = {},
): Promise<AwsJsonServer> {
  const faults: { fault: Fault; left: number }[] = [];
  const calls = new Map<string, number>();
  const limit = service.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;

  const failNext = (fault: Fault): void => {
    faults.push({ fault, left: fault.times ?? 1 });
  };
  const countedCalls = (): Record<string, number> => Object.fromEntries(calls);
  const routes: Record<string, (request: RouteRequest) => unknown> = {
    ...service.routes,
    'GET /_assay/calls': countedCalls,
    'POST /_assay/fail': ({ body }) => {
      const fault = faultSchema.safeParse(body);
      if (!fault.success) throw new AwsError('ValidationException', describeIssues(fault.error));
      failNext(fault.data);
      return {};
    },
  };

  const callOperation = (target: string, body: Buffer): unknown => {
    const [prefix, operation = ''] = target.split('.', 2);
    const run =
      prefix === service.target && Object.hasOwn(service.operations, operation)
        ? service.operations[operation]
        : undefined;
    if (run === undefined) {
      const known = Object.keys(service.operations).join(', ');
      throw new AwsError('UnknownOperationException', `${target} is not served here; served are ${known}`);
    }
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const hit = faults.find(
      ({ fault, left }) => left > 0 && (fault.operation === operation || fault.operation === '*'),
    );
    if (hit !== undefined) {
      hit.left -= 1;
      const { code, status, message } = hit.fault;
      throw new AwsError(code, message ?? `${code} injected into ${operation}`, { status });
    }
    return run(parseJson(body)) ?? {};
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      const text = JSON.stringify(body);
      response.writeHead(status, { 'x-amzn-requestid': requestId, 'cache-control': 'no-store', ...headers });
      response.end(text);
    };
    const contentType = `application/x-amz-json-${service.protocol}`;
    try {
      const body = await readBody(request, limit);
      const refusal = refuseForeign(request);
      if (refusal !== undefined) throw new AwsError('AccessDeniedException', refusal, { status: 403 });
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const target = request.headers['x-amz-target'];
      if (request.method === 'POST' && typeof target === 'string') {
        send(200, callOperation(target, body), { 'content-type': contentType });
        return;
      }
      const route = routes[`${request.method} ${url.pathname}`];
      if (route === undefined) {
        throw new AwsError('UnknownOperationException', `nothing is served at ${url.pathname}`, {
          status: 404,
        });
      }
      if (request.method === 'POST' && !request.headers['content-type']?.startsWith('application/json')) {
        throw new AwsError('ValidationException', `${url.pathname} wants content-type application/json`, {
          status: 415,
        });
      }
      const answer = route({ query: url.searchParams, body: parseJson(body) });
      send(200, answer ?? {}, { 'content-type': 'application/json' });
    } catch (error) {
      const known = error instanceof AwsError ? error : internalFailure(error);
      const headers: Record<string, string> = { 'content-type': contentType };
      if (known.queryCode !== undefined && request.headers['x-amzn-query-mode'] === 'true') {
        headers['x-amzn-query-error'] = `${known.queryCode};${known.status < 500 ? 'Sender' : 'Receiver'}`;
      }
      send(known.status, { __type: `${service.shapes}#${known.shape}`, message: known.message }, headers);
    }
  };

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  // SDK clients keep idle connections: a server that closes them first makes the next call fail now and then.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    failNext,
    calls: countedCalls,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Reads to the end even when too large, for a client that is still sending cannot read the refusal. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) throw tooLarge(limit);
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(limit);
    throw new AwsError('SerializationException', 'the body says gzip and cannot be unpacked');
  }
}

function tooLarge(limit: number): AwsError {
  return new AwsError('RequestEntityTooLarge', `the request body may have at most ${limit} bytes`, {
    status: 413,
    queryCode: 'RequestEntityTooLarge',
  });
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
}

function internalFailure(error: unknown): AwsError {
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `the local server failed: ${message}`, { status: 500 });
}

import { Readable } from 'node:stream';
import { SQSClient } from '@aws-sdk/client-sqs';
import { nameCall } from './name-call.ts';

/** What goes wrong: a refusal that trying again does not change, one of the service, and a work done whose answer is lost. */
export const faultModes = ['denied', 'failed', 'lost'] as const;
export type FaultMode = (typeof faultModes)[number];

/** Decides of each call whether it meets with a fault. */
export type Decide = (name: string) => FaultMode | undefined;

/** Services that are called otherwise than their signatures do. */
const aliases: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', events: 'eventbridge' };

/** A request as the SDK's HTTP handler takes it. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface ReceivedAnswer {
  readonly response: { readonly statusCode: number; readonly headers: object; readonly body?: Readable };
}

interface HttpHandler {
  handle(this: unknown, request: SentRequest, options?: unknown): Promise<ReceivedAnswer>;
}

/** From now on every call of every SDK client of this process passes by. Of a process of its own: nothing ends it. */
export function interceptCalls(decide: Decide): void {
  const client = new SQSClient({ region: 'us-east-1' });
  const { prototype } = client.config.requestHandler.constructor as unknown as { prototype: HttpHandler };
  client.destroy();
  const { handle } = prototype;
  prototype.handle = async function (request, options) {
    const headers = lowerCase(request.headers);
    const service = serviceOf(headers);
    const fault = decide(nameCall({ ...request, service, headers }));
    if (fault === 'denied' || fault === 'failed') return refuse(service, fault);
    const answer = await handle.call(this, request, options);
    if (fault !== 'lost') return answer;
    answer.response.body?.resume();
    // As the handler tells of a socket that ends before its answer.
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
  };
}

function serviceOf({ authorization = '' }: Readonly<Record<string, string>>): string {
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1] ?? '?';
  return aliases[scope] ?? scope;
}

function lowerCase(headers: SentRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** In the form in which each service refuses. */
function refuse(service: string, mode: 'denied' | 'failed'): ReceivedAnswer {
  const code = mode === 'denied' ? 'AccessDenied' : 'InternalError';
  const answer = (type: string, statusCode: number, body: string): ReceivedAnswer => ({
    response: { statusCode, headers: { 'content-type': type }, body: Readable.from([Buffer.from(body)]) },
  });
  if (service === 's3' || service === 'sns') {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error>`;
    const body = service === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`;
    return answer('text/xml', mode === 'denied' ? 403 : 500, body);
  }
  const __type = mode === 'denied' ? 'AccessDeniedException' : 'InternalServerError';
  const body = JSON.stringify({ __type, message: 'refused' });
  return answer('application/x-amz-json-1.0', mode === 'denied' ? 400 : 500, body);
}

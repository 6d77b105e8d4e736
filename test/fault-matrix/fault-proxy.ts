import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nameCall, type PassingCall } from './name-call.ts';

/** What goes wrong: a refusal that trying again does not change, one of the service, and a work done whose answer is lost. */
export const faultModes = ['denied', 'failed', 'lost'] as const;
export type FaultMode = (typeof faultModes)[number];

export interface FaultProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Decides of each call whether it meets with a fault. */
export type Decide = (name: string) => FaultMode | undefined;

/** Stands between SDK clients and an embedded server of one service. */
export async function startFaultProxy(
  service: string,
  upstream: string,
  decide: Decide,
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'POST', url: path = '/', headers } = request;
      const call: PassingCall = { service, method, path, headers, body: Buffer.concat(chunks) };
      const fault = decide(nameCall(call));
      if (fault === 'denied' || fault === 'failed') {
        const { status, type, body } = refusal(service, fault);
        response.writeHead(status, { 'content-type': type });
        response.end(body);
        return;
      }
      const answer = await pass(agent, upstream, call);
      if (fault === 'lost') {
        request.socket.destroy();
        return;
      }
      const { 'transfer-encoding': _, ...rest } = answer.headers;
      response.writeHead(answer.status, rest);
      response.end(answer.body);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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

function pass(agent: Agent, upstream: string, { method, path, headers, body }: PassingCall): Promise<Answer> {
  const { 'transfer-encoding': _, ...kept } = headers;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      new URL(path, upstream),
      { method, agent, headers: { ...kept, ...(body.length > 0 && { 'content-length': body.length }) } },
      async (answer) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk as Buffer);
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** In the form in which each service refuses. */
function refusal(service: string, mode: 'denied' | 'failed'): { status: number; type: string; body: string } {
  const code = mode === 'denied' ? 'AccessDenied' : 'InternalError';
  if (service === 's3' || service === 'sns') {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error>`;
    return {
      status: mode === 'denied' ? 403 : 500,
      type: 'text/xml',
      body: service === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`,
    };
  }
  const __type = mode === 'denied' ? 'AccessDeniedException' : 'InternalServerError';
  return {
    status: mode === 'denied' ? 400 : 500,
    type: 'application/x-amz-json-1.0',
    body: JSON.stringify({ __type, message: 'refused' }),
  };
}

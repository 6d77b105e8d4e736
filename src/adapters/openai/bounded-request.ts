import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';

/** By names in small letters. */
export interface AnswerHeaders extends Iterable<[string, string]> {
  get(name: string): string | null | undefined;
  has(name: string): boolean;
}

/** An HTTP answer, read to its end or to its bound. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
  /** The body went on beyond the bound and was given up. */
  readonly isCut: boolean;
}

export interface BoundedRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** When it is no longer waited for. */
  readonly signal: AbortSignal;
}

/** No answer of the longest output that a rubric may allow is longer, escapes included. Bytes. */
const mostBytes = 2 * 1024 * 1024;

/** An address that takes no connection for so long, milliseconds, has not been asked. */
const longestConnecting = 10_000;

/**
 * Makes an HTTP request that follows no redirect, for a key is meant for one address, and that reads no body without end. It
 * goes through Node's own client, for `fetch` is a quarter of what a judgement costs the function that asks for it, and of its
 * start. What came is told to `tell`.
 *
 * @throws Error where the connection fails or ends before the answer does
 */
export async function requestBounded(
  url: string,
  request: BoundedRequest,
  tell: (answer: HttpAnswer) => void,
): Promise<void> {
  const response = await openAnswer(url, request);
  const status = response.statusCode ?? 0;
  const headers = new Map(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  // Known before the body: one that breaks off was an answer all the same.
  tell({ status, headers, text: '', isCut: false });
  tell({ status, headers, ...(await readBody(decode(response, headers.get('content-encoding')))) });
}

function openAnswer(url: string, { body, ...options }: BoundedRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = (url.startsWith('https:') ? requestHttps : requestHttp)(url, options, resolve);
    // For good: what goes wrong behind the answer is told by its body.
    call.on('error', reject);
    call.once('socket', (socket) => {
      if (!socket.connecting) return;
      const tooLong = () => call.destroy(new Error(`no connection within ${longestConnecting} ms`));
      const timer = setTimeout(tooLong, longestConnecting);
      socket.once('connect', () => clearTimeout(timer));
      call.once('close', () => clearTimeout(timer));
    });
    call.end(body);
  });
}

/** Nobody is asked to compress; some gateways do all the same. */
function decode(response: IncomingMessage, encoding: string | undefined): Readable {
  const decoder =
    encoding === 'br'
      ? createBrotliDecompress()
      : encoding === 'gzip' || encoding === 'deflate'
        ? createUnzip()
        : undefined;
  if (decoder === undefined) return response;
  response.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => response.destroy());
  return response.pipe(decoder);
}

async function readBody(body: Readable): Promise<Pick<HttpAnswer, 'text' | 'isCut'>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop ends the body.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return { text: '', isCut: true };
    chunks.push(chunk);
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), isCut: false };
}

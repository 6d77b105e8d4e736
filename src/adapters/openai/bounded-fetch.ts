/** An HTTP answer, read to its end or to its bound. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body went on beyond the bound and was given up. */
  readonly isCut: boolean;
}

/** No answer of the longest output that a rubric may allow is longer, escapes included. Bytes. */
const mostBytes = 2 * 1024 * 1024;

/**
 * A fetch that follows no redirect, for a key is meant for one address, and that reads no body without end. What came is
 * told to `tell`; the caller gets an empty answer, so that nothing else reads it.
 */
export function boundedFetch(tell: (answer: HttpAnswer) => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const { status, headers } = response;
    // Known before the body: one that breaks off was an answer all the same.
    tell({ status, headers, text: '', isCut: false });
    tell({ status, headers, ...(await readBody(response.body)) });
    return new Response(null, { status: 204 });
  };
}

async function readBody(
  body: ReadableStream<Uint8Array> | null,
): Promise<Pick<HttpAnswer, 'text' | 'isCut'>> {
  if (body === null) return { text: '', isCut: false };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return { text: '', isCut: true };
    chunks.push(chunk);
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), isCut: false };
}

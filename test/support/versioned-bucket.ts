import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Version {
  readonly key: string;
  readonly id: string;
  /** Undefined for a delete marker. */
  readonly text: string | undefined;
}

export interface VersionedBucket {
  readonly url: string;
  /** Every version that is left, the newest last. */
  readonly versions: Version[];
  put(key: string, text: string): void;
  /** Calls that were about another bucket, or about all of the account's. */
  readonly elsewhere: string[];
  close(): Promise<void>;
}

/** So many versions to a page, so that pages are turned. */
const pageSize = 2;

/**
 * A bucket that keeps old versions, over S3's own protocol, as far as forgetting speaks it: the embedded S3 keeps none.
 *
 * @param name of the bucket; others exist as well, and stand before it in the account's list
 */
export async function startVersionedBucket(name = 'ratings'): Promise<VersionedBucket> {
  const elsewhere: string[] = [];
  const versions: Version[] = [];
  let count = 0;
  const add = (key: string, text: string | undefined) => {
    count += 1;
    versions.push({ key, id: `v${count}`, text });
  };
  const latest = (key: string) => versions.findLast((version) => version.key === key);

  const list = (query: URLSearchParams) => {
    const prefix = query.get('prefix') ?? '';
    const matching = versions.filter(({ key }) => key.startsWith(prefix));
    if (!query.has('versions')) {
      const keys = new Set(
        matching.filter(({ key }) => latest(key)?.text !== undefined).map(({ key }) => key),
      );
      return `<ListBucketResult><IsTruncated>false</IsTruncated>${[...keys].map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;
    }
    const from = matching.findIndex(({ id }) => id === query.get('version-id-marker')) + 1;
    const page = matching.slice(from, from + pageSize);
    const more = matching.length > from + pageSize;
    const entries = page.map((version) => {
      const name = version.text === undefined ? 'DeleteMarker' : 'Version';
      return `<${name}><Key>${version.key}</Key><VersionId>${version.id}</VersionId><IsLatest>${latest(version.key) === version}</IsLatest></${name}>`;
    });
    const next = more
      ? `<NextKeyMarker>${page.at(-1)?.key}</NextKeyMarker><NextVersionIdMarker>${page.at(-1)?.id}</NextVersionIdMarker>`
      : '';
    return `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`;
  };

  const serve = (method: string, url: URL, body: string, response: ServerResponse) => {
    const bucket = url.pathname.split('/')[1] ?? '';
    if (bucket !== name) {
      elsewhere.push(`${method} ${url.pathname}`);
      const buckets = [`an-earlier-${name}`, name].map((each) => `<Bucket><Name>${each}</Name></Bucket>`);
      return response.end(
        bucket === ''
          ? `<ListAllMyBucketsResult><Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`
          : '',
      );
    }
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const id = url.searchParams.get('versionId');
    if (method === 'GET' && key === '') return response.end(list(url.searchParams));
    if (method === 'PUT') add(key, body);
    if (method === 'DELETE' && id === null) add(key, undefined);
    if (method === 'DELETE' && id !== null)
      versions.splice(
        versions.findIndex((version) => version.id === id),
        1,
      );
    if (method !== 'GET') return response.writeHead(method === 'PUT' ? 200 : 204).end();
    const found = id === null ? latest(key) : versions.find((version) => version.id === id);
    if (found?.text === undefined)
      return response.writeHead(404).end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>');
    return response.end(found.text);
  };

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () =>
      serve(request.method ?? '', new URL(request.url ?? '', 'http://x'), body, response),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    versions,
    elsewhere,
    put: (key, text) => add(key, text),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

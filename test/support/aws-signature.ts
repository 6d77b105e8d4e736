import { createHash, createHmac } from 'node:crypto';

/** A request as a server got it. */
export interface GotRequest {
  readonly method: string;
  /** As it stands in the request line, without a query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a signature of version 4 claims. */
export interface Signature {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
  /** Whether it is that of this request and this secret. */
  readonly isTrue: boolean;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Reads and checks the AWS signature (version 4) of a request's headers. Undefined where there is none. */
export function readSignature({ method, path, headers, body }: GotRequest, secret: string) {
  const authorisation = String(headers.authorization ?? '');
  const [, scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/.exec(
      authorisation,
    ) ?? [];
  const [accessKey = '', day = '', region = '', service = ''] = scope.split('/');
  if (signature === '') return undefined;
  const lines = names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  // Everyone but S3 signs a path that is encoded once more.
  const canonicalPath = path.split('/').map(encodeURIComponent).join('/');
  const canonical = [method, canonicalPath, '', lines.join(''), names, sha256(body)].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonical),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return {
    accessKey,
    region,
    service,
    isTrue: hmac(key, toSign).toString('hex') === signature,
  } satisfies Signature;
}

/** What a Bedrock bearer token was signed for. Undefined where it is none. */
export function readBedrockToken(authorisation: unknown) {
  const [, encoded = ''] = /^Bearer bedrock-api-key-(.+)$/.exec(String(authorisation)) ?? [];
  const url = URL.parse(`https://${Buffer.from(encoded, 'base64').toString()}`);
  const [accessKey, , region, service] = url?.searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  if (url === null || !/^[0-9a-f]{64}$/.test(url.searchParams.get('X-Amz-Signature') ?? '')) return undefined;
  return {
    accessKey,
    region,
    service,
    action: url.searchParams.get('Action'),
    seconds: Number(url.searchParams.get('X-Amz-Expires')),
  };
}

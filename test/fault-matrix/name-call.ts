import { gunzipSync } from 'node:zlib';
import { metric } from '#core/names.ts';

/** A call of an AWS SDK as it passes by. */
export interface PassingCall {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * What a call is, as far as its failing makes a difference: the operation and what it is about, such as `dynamodb
 * UpdateItem series count` or `sqs SendMessageBatch JudgeQueue`.
 */
export function nameCall(call: PassingCall): string {
  const { service, headers, body } = call;
  if (service === 's3') return `s3 ${nameObject(call)}`;
  const bytes = bytesOf(body);
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  const operation = target || new URLSearchParams(text).get('Action') || '?';
  const about = aboutOf(service, operation, text);
  return about === '' ? `${service} ${operation}` : `${service} ${operation} ${about}`;
}

function bytesOf(body: unknown): Buffer {
  // Over its memory: the SDK warns of whoever takes its bytes for a text.
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === 'string' ? body : '');
}

function aboutOf(service: string, operation: string, text: string): string {
  switch (service) {
    case 'dynamodb':
      return nameItem(operation, JSON.parse(text) as Body);
    case 'sqs':
      return nameQueue((JSON.parse(text) as { QueueUrl?: string }).QueueUrl);
    case 'cloudwatch':
      return text.includes(metric.heartbeat) ? 'heartbeat' : 'gauges';
    default:
      return '';
  }
}

/** A queue's logical id without the constructs before it and CDK's hash after it: `JudgeDlq`. */
export function nameQueue(url = ''): string {
  const id = (url.split('/').at(-1) ?? '').replace(/[0-9A-F]{8}$/, '');
  return /(JudgeDlq|JudgeQueue|RejectedQueue|ResponseDlq|ResponseQueue|RatingDlq)$/.exec(id)?.[0] ?? id;
}

function nameObject({ method, path }: PassingCall): string {
  const [, folder = '', ...rest] = path.split('/').filter((part) => part !== '');
  const ending = folder === 'reports' ? ` ${rest.at(-1)?.replace(/^.*?\.csv\./, '') ?? ''}` : '';
  const verb = { PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? 'GetObject';
  return folder === '' ? 'ListBucket' : `${verb} ${folder}${ending}`;
}

type Attributes = Readonly<Record<string, { readonly S?: string } | undefined>>;

interface Body {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly ExpressionAttributeValues?: Attributes;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

function nameItem(operation: string, body: Body): string {
  const [batchTable, batch] = Object.entries(body.RequestItems ?? {})[0] ?? [];
  const table = /(judgement|rating|series)/i.exec(body.TableName ?? batchTable ?? '')?.[0]?.toLowerCase();
  if (body.IndexName !== undefined) return `${table} index ${body.IndexName}`;
  const { pk, sk } = keyOf(body) ?? firstKey(batch) ?? {};
  const kind = kindOf(pk?.S ?? body.ExpressionAttributeValues?.[':pk']?.S ?? '', sk?.S ?? '');
  // A lease and an end are one operation on one item, but they are refused at other moments.
  const values = JSON.stringify(body.ExpressionAttributeValues ?? body.Item ?? {});
  const isWrite = ['PutItem', 'UpdateItem'].includes(operation);
  const step = kind === 'judgement' && isWrite ? (values.includes('"leased"') ? ' lease' : ' end') : '';
  return `${table} ${kind}${step}`;
}

function keyOf({ Key, Item }: Body): Attributes | undefined {
  return Key ?? Item;
}

function firstKey(batch: unknown): Attributes | undefined {
  if (Array.isArray(batch)) {
    const [{ PutRequest, DeleteRequest } = {} as Record<string, Body | undefined>] = batch;
    return keyOf({ ...PutRequest, ...DeleteRequest });
  }
  return (batch as { Keys?: Attributes[] } | undefined)?.Keys?.[0];
}

/** Of a partition key its kind; in the control partition the kind of item. */
function kindOf(pk: string, sk: string): string {
  const [kind = ''] = pk.split('#');
  if (kind === 'control' && sk !== '') return `control/${sk.split('#')[0]}`;
  return pk.startsWith('calibration#') ? 'calibration-history' : kind;
}

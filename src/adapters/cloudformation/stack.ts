import { SQSClient } from '@aws-sdk/client-sqs';

/** What CloudFormation says of a stack. */
export type StackReading =
  | {
      readonly ok: true;
      /** Such as `UPDATE_COMPLETE`. */
      readonly status: string;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Describes one stack. CloudFormation's own SDK client would be a dependency for this one call: the request is signed by
 * another client's signer, with its credentials and region.
 */
export async function describeStack(name: string): Promise<StackReading> {
  const { config, destroy } = lender();
  try {
    const region = await config.region();
    const endpoint = new URL(
      process.env.AWS_ENDPOINT_URL_CLOUDFORMATION ?? `https://cloudformation.${region}.amazonaws.com`,
    );
    const body = new URLSearchParams({
      Action: 'DescribeStacks',
      Version: '2010-05-15',
      StackName: name,
    }).toString();
    const signer = await config.signer({
      name: 'sigv4',
      signingName: 'cloudformation',
      signingRegion: region,
      properties: {},
    });
    const request = {
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: '/',
      query: {},
      headers: { host: endpoint.host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    };
    const { headers } = await signer.sign(request);
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    return readAnswer(response.ok, await response.text());
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    destroy();
  }
}

function lender() {
  const client = new SQSClient({});
  return { config: client.config, destroy: () => client.destroy() };
}

function readAnswer(isFine: boolean, xml: string): StackReading {
  if (!isFine) return { ok: false, reason: textOf(xml, 'Message') ?? 'CloudFormation refused the request' };
  const status = textOf(xml, 'StackStatus');
  if (status === undefined) return { ok: false, reason: 'what came is no description of a stack' };
  const outputs = [...xml.matchAll(/<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g)];
  return { ok: true, status, outputs: Object.fromEntries(outputs.map(([, key, value]) => [key, value])) };
}

function textOf(xml: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
}

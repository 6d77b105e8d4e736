import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packCatalogue } from '#adapters/files/compiled-catalogue.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { catalogueMetadata } from '#core/names.ts';

export interface CloudFormationServer {
  readonly url: string;
  /** Status from now on; undefined knows no stack. */
  describe(status: string | undefined): void;
  /** Outputs from now on, laid over those that stand; undefined takes one away. */
  output(outputs: Readonly<Record<string, string | undefined>>): void;
  /** What the template carries from now on; undefined carries none. */
  carry(catalogue: Catalogue | undefined): void;
  close(): Promise<void>;
}

/** DescribeStacks and GetTemplate of one stack over real HTTP; a request that is not signed for CloudFormation is refused. */
export async function startCloudFormation(
  stackName: string,
  first: Readonly<Record<string, string>>,
): Promise<CloudFormationServer> {
  let status: string | undefined = 'UPDATE_COMPLETE';
  let outputs: Readonly<Record<string, string | undefined>> = first;
  let catalogue: Catalogue | undefined;
  const describeStack = () => {
    const members = Object.entries(outputs).flatMap(([key, value]) =>
      value === undefined
        ? []
        : `<member>\n<OutputKey>${key}</OutputKey>\n<OutputValue>${value}</OutputValue>\n</member>`,
    );
    return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${stackName}</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  };
  const getTemplate = () => {
    const Metadata = catalogue === undefined ? {} : { [catalogueMetadata]: packCatalogue(catalogue) };
    return `<GetTemplateResponse><GetTemplateResult><TemplateBody>${JSON.stringify({ Metadata, Resources: {} })}</TemplateBody></GetTemplateResult></GetTemplateResponse>`;
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const isSigned = /\/cloudformation\/aws4_request, SignedHeaders=.*, Signature=/.test(
      request.headers.authorization ?? '',
    );
    const wanted = new URLSearchParams(body);
    const action = wanted.get('Action');
    const isKnown = isSigned && status !== undefined && wanted.get('StackName') === stackName;
    if (isKnown && action === 'DescribeStacks') return response.end(describeStack());
    if (isKnown && action === 'GetTemplate') return response.end(getTemplate());
    response.writeHead(400);
    return response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${wanted.get('StackName')} does not exist</Message></Error></ErrorResponse>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    describe: (next) => {
      status = next;
    },
    output: (next) => {
      outputs = { ...outputs, ...next };
    },
    carry: (next) => {
      catalogue = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

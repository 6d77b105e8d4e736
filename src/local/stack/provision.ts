import { createAlarms } from './create-alarms.ts';
import { createClients, createResource } from './create-resources.ts';
import type { EventSourceMapping } from './event-source.ts';
import { type FunctionSettings, readEventSources, readFunctions } from './read-functions.ts';
import {
  localAccount,
  localRegion,
  type PhysicalResource,
  resolve,
  type Template,
  type TemplateResource,
} from './template.ts';

/** The templates of a stage, as the CDK app synthesizes them. */
export interface Templates {
  readonly template: Template;
  readonly nested: readonly { readonly logicalId: string; readonly template: Template }[];
}

/** What the local run made of a template. */
export interface Provisioned {
  /** Environment of each function by its folder's name under `lambdas/`. */
  readonly functions: Readonly<Record<string, FunctionSettings>>;
  readonly eventSources: readonly EventSourceMapping[];
  readonly alarms: readonly string[];
  /** Queue URLs by logical id. */
  readonly queues: Readonly<Record<string, string>>;
}

/**
 * Makes queues, tables, buckets, topics, secrets and alarms of the synthesized templates on the embedded servers, and
 * reads functions and event sources. What has no local meaning (roles, policies, keys, log groups) is passed over.
 *
 * @param timeFactor waiting times of queues are divided by it
 * @param judgeSecret what the judges' secret holds
 */
export async function provision(
  { template, nested }: Templates,
  timeFactor: number,
  judgeSecret: string,
): Promise<Provisioned> {
  const clients = createClients();
  const resources = new Map<string, PhysicalResource>();
  const entries = Object.entries(template.Resources);
  const lookup = (logicalId: string) =>
    resources.get(logicalId) ?? placeholder(logicalId, template.Resources[logicalId]);
  for (const group of inDependencyOrder(entries)) {
    const made = await Promise.all(
      group.map(([logicalId, resource]) =>
        createResource(
          clients,
          logicalId,
          resource,
          (value) => resolve(value, lookup),
          timeFactor,
          judgeSecret,
        ),
      ),
    );
    for (const [index, [logicalId]] of group.entries()) {
      const resource = made[index];
      if (resource !== undefined) resources.set(logicalId, resource);
    }
  }
  const alarms = await createAlarms(clients.cloudwatch, entries, (value) => resolve(value, lookup));
  for (const child of nested) {
    const parameters = resolve(
      template.Resources[child.logicalId]?.Properties?.Parameters ?? {},
      lookup,
    ) as Record<string, string>;
    const childLookup = (logicalId: string): PhysicalResource | undefined => {
      const parameter = parameters[logicalId];
      return parameter === undefined
        ? placeholder(logicalId, child.template.Resources[logicalId])
        : { ref: parameter, attributes: {} };
    };
    alarms.push(
      ...(await createAlarms(clients.cloudwatch, Object.entries(child.template.Resources), (value) =>
        resolve(value, childLookup),
      )),
    );
  }
  return {
    functions: readFunctions(entries, (value) => resolve(value, lookup)),
    eventSources: readEventSources(entries, (value) => resolve(value, lookup)),
    alarms,
    queues: Object.fromEntries(
      [...resources]
        .filter(([id]) => template.Resources[id]?.Type === 'AWS::SQS::Queue')
        .map(([id, { ref }]) => [id, ref]),
    ),
  };
}

/** Dead-letter queues before the queues that name them; everything else in file order. */
function inDependencyOrder(entries: [string, TemplateResource][]): [string, TemplateResource][][] {
  const names = ([, { Properties }]: [string, TemplateResource]) => Properties?.RedrivePolicy !== undefined;
  return [entries.filter((entry) => !names(entry)), entries.filter(names)];
}

/** What a reference to a resource without a local counterpart (a role, a function) resolves to. */
function placeholder(
  logicalId: string,
  resource: TemplateResource | undefined,
): PhysicalResource | undefined {
  if (resource === undefined) return undefined;
  const service = resource.Type.split('::')[1]?.toLowerCase() ?? 'local';
  const arn = `arn:aws:${service}:${localRegion}:${localAccount}:${logicalId}`;
  return { ref: logicalId, attributes: { Arn: arn, QueueName: logicalId } };
}

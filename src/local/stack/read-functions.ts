import type { EventSourceMapping } from './event-source.ts';
import type { Resolve, TemplateResource } from './template.ts';

export interface FunctionSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** The functions of a template by their folder's name under `lambdas/`. */
export function readFunctions(
  entries: [string, TemplateResource][],
  resolved: Resolve,
): Record<string, FunctionSettings> {
  const functions: Record<string, FunctionSettings> = {};
  for (const [logicalId, { Type, Properties = {} }] of entries) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables = {} } = (resolved(Properties.Environment ?? {}) ?? {}) as {
      Variables?: Record<string, string>;
    };
    functions[functionFolder(logicalId)] = {
      environment: Variables,
      timeoutSeconds: Number(Properties.Timeout ?? 3),
    };
  }
  return functions;
}

const folders = ['slo-evaluator', 'sampler', 'judge', 'ratings'] as const;

/** `IntakeSampler1A2B3C4D` is the function of `lambdas/sampler`. */
export function functionFolder(logicalId: string): string {
  const plain = logicalId.replace(/[0-9A-F]{8}$/, '').toLowerCase();
  return folders.find((folder) => plain.endsWith(folder.replaceAll('-', ''))) ?? logicalId;
}

/** The queues that feed the functions of a template. */
export function readEventSources(
  entries: [string, TemplateResource][],
  resolved: Resolve,
): EventSourceMapping[] {
  const sources: EventSourceMapping[] = [];
  const timeouts = readFunctions(entries, resolved);
  for (const [, { Type, Properties = {} }] of entries) {
    if (Type !== 'AWS::Lambda::EventSourceMapping') continue;
    const target = Properties.FunctionName as { Ref?: string };
    const queueArn = String(resolved(Properties.EventSourceArn));
    const scaling = (Properties.ScalingConfig ?? {}) as { MaximumConcurrency?: number };
    const queue = entries.find(
      ([, { Type: type }], index) =>
        type === 'AWS::SQS::Queue' && resolved({ 'Fn::GetAtt': [entries[index]?.[0], 'Arn'] }) === queueArn,
    );
    const functionName = functionFolder(target.Ref ?? '');
    sources.push({
      functionName,
      queueArn,
      queueUrl: String(resolved({ Ref: queue?.[0] })),
      batchSize: Number(Properties.BatchSize ?? 10),
      batchingWindowSeconds: Number(Properties.MaximumBatchingWindowInSeconds ?? 0),
      maximumConcurrency: scaling.MaximumConcurrency ?? 5,
      timeoutSeconds: timeouts[functionName]?.timeoutSeconds ?? 3,
    });
  }
  return sources;
}

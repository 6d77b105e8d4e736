import type { Synthesis, Template, TemplateResource } from '#cdk/synthesize.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource with its logical id, in the template that holds it. */
export interface Found {
  readonly id: string;
  readonly resource: TemplateResource;
  readonly properties: Properties;
}

export function resourcesOf(template: Template, type: string): Found[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, resource, properties: resource.Properties ?? {} }));
}

/** The resource of a type by its logical id, with or without the hash that CDK ends it with. */
export function resource(template: Template, type: string, name: string): Found {
  const all = resourcesOf(template, type);
  const found = all.find(({ id }) => id === name || id.replace(/[0-9A-F]{8}$/, '') === name);
  if (found === undefined)
    throw new Error(`Wanted a ${type} named ${name}, got ${all.map(({ id }) => id).join(', ') || 'none'}`);
  return found;
}

export interface AlarmFound extends Found {
  /** Logical ids, in the parent, of the topics it tells. Parameters of a nested stack are followed. */
  readonly topics: readonly string[];
}

/** Alarms of a stage, those of nested stacks included. */
export function alarmsOf({ template, nested }: Synthesis): AlarmFound[] {
  const places = [{ template, parameters: {} as Properties }, ...nested];
  return places.flatMap(({ template, parameters }) =>
    resourcesOf(template, 'AWS::CloudWatch::Alarm').map((alarm) => {
      const actions = [...list(alarm.properties.AlarmActions), ...list(alarm.properties.OKActions)];
      const topics = actions.map((action) => {
        const { Ref } = action as { Ref: string };
        return (parameters[Ref] as { Ref: string } | undefined)?.Ref ?? Ref;
      });
      return { ...alarm, topics: [...new Set(topics)] };
    }),
  );
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Statements of a policy document, wherever the resource holds it. */
export function statementsOf(document: unknown): readonly Statement[] {
  return (document as { readonly Statement: readonly Statement[] }).Statement;
}

/** A value that CloudFormation allows to stand alone or in a list. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

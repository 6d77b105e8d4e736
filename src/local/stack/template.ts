/** A synthesized CloudFormation template, as far as the local run reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What a resource is once it exists: the value of a Ref to it, and of its attributes. */
export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const localAccount = '000000000000';
export const localRegion = 'us-east-1';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': localAccount,
  'AWS::Region': localRegion,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'assay-local',
  'AWS::StackId': `arn:aws:cloudformation:${localRegion}:${localAccount}:stack/assay-local/local`,
};

/** Resolves the intrinsic functions in a property of a template. */
export type Resolve = (value: unknown) => unknown;

/** Finds what a Ref or GetAtt points at. */
export type Lookup = (logicalId: string) => PhysicalResource | undefined;

/**
 * Resolves the intrinsic functions in a property: Ref, GetAtt, Join, Sub, Select and Split over resources that exist.
 *
 * @throws Error for a reference to something that the local run did not make
 */
export function resolve(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, lookup));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined) {
    const resolved = resolveFunction(name, argument, lookup);
    if (resolved !== undefined) return resolved.value;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, lookup)]));
}

function resolveFunction(name: string, argument: unknown, lookup: Lookup): { value: unknown } | undefined {
  switch (name) {
    case 'Ref':
      return { value: reference(String(argument), lookup) };
    case 'Fn::GetAtt': {
      const [logicalId = '', ...attribute] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split('.');
      return { value: attributeOf(logicalId, attribute.join('.'), lookup) };
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return { value: (resolve(parts, lookup) as unknown[]).map(String).join(separator) };
    }
    case 'Fn::Select': {
      const [index, list] = argument as [number | string, unknown];
      return { value: (resolve(list, lookup) as unknown[])[Number(index)] };
    }
    case 'Fn::Split': {
      const [separator, text] = argument as [string, unknown];
      return { value: String(resolve(text, lookup)).split(separator) };
    }
    case 'Fn::Sub': {
      const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
        string,
        Record<string, unknown>,
      ];
      return { value: substitute(text, variables, lookup) };
    }
    default:
      return undefined;
  }
}

function substitute(text: string, variables: Record<string, unknown>, lookup: Lookup): string {
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name in variables) return String(resolve(variables[name], lookup));
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0
      ? attributeOf(logicalId, attribute.join('.'), lookup)
      : reference(name, lookup);
  });
}

function reference(logicalId: string, lookup: Lookup): string {
  const value = pseudoParameters[logicalId] ?? lookup(logicalId)?.ref;
  if (value === undefined)
    throw new Error(`The local run makes no resource "${logicalId}", but something it makes refers to it`);
  return value;
}

function attributeOf(logicalId: string, attribute: string, lookup: Lookup): string {
  const value = lookup(logicalId)?.attributes[attribute];
  if (value === undefined)
    throw new Error(
      `The local run knows no "${logicalId}.${attribute}", but something it makes refers to it`,
    );
  return value;
}

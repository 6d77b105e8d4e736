interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/**
 * Every key of a file by its JSON Schema, in the file's order: key, values, what it is for. Keys of a list's entries stand as
 * `criteria[].id`, those of named entries as `judges.NAME.model`.
 */
export function schemaRows(schema: Schema, under = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, each]) => {
    const path = `${under}${key}`;
    const isRequired = schema.required?.includes(key) === true && each.default === undefined;
    const below = rowsBelow(each, path);
    // What has no words of its own is named by the keys of the row above it.
    if (under !== '' && each.description === undefined && below.length === 0) return [];
    const row = [`\`${path}\``, valuesOf(each, isRequired), escapeCell(each.description ?? '')];
    return [row, ...below];
  });
}

function rowsBelow(schema: Schema, path: string): string[][] {
  const named = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return [
    ...schemaRows(schema, `${path}.`),
    ...(schema.items === undefined ? [] : rowsBelow(schema.items, `${path}[]`)),
    ...(named === undefined ? [] : rowsBelow(named, `${path}.NAME`)),
    ...(schema.anyOf ?? []).flatMap((each) => rowsBelow(each, path)),
  ];
}

function valuesOf(schema: Schema, isRequired: boolean): string {
  const usual = schema.default === undefined ? undefined : `usually \`${JSON.stringify(schema.default)}\``;
  return escapeCell([kindOf(schema), isRequired ? 'required' : usual].filter(Boolean).join('; '));
}

function kindOf(schema: Schema): string {
  const { type, enum: values, anyOf, items, format, minimum, exclusiveMinimum, maximum } = schema;
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(', or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (values !== undefined) return values.map((each) => `\`${String(each)}\``).join(', ');
  if (type === 'array') return items?.properties === undefined ? `list of ${kindOf(items ?? {})}` : 'list';
  if (type === 'object') {
    const levels = Object.keys(schema.properties ?? {});
    return levels.length > 0 ? `keys ${levels.map((each) => `\`${each}\``).join(', ')}` : 'keys and values';
  }
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer' || type === 'number') {
    const least = exclusiveMinimum === undefined ? minimum : `over ${exclusiveMinimum}`;
    const most = maximum === undefined || maximum > 1e12 ? undefined : maximum;
    const range = [least, most].filter((each) => each !== undefined).join(' to ');
    return `${type === 'integer' ? 'whole number' : 'number'}${range === '' ? '' : `, ${range}${most === undefined && exclusiveMinimum === undefined ? ' or more' : ''}`}`;
  }
  return format === 'date' ? 'a day, `2026-11-28`' : format === 'uri' ? 'address' : 'text';
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

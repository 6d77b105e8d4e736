import type { Dialect } from './dialect-schema.ts';

export type { Dialect } from './dialect-schema.ts';

/** Converse knows neither JSON without a schema nor developers. */
export function converseDialect(dialect: Dialect): Dialect {
  return {
    ...dialect,
    output: dialect.output.filter((form) => form !== 'json-object'),
    roles: dialect.roles.filter((role) => role !== 'developer'),
  };
}

/** OpenAI's own. */
export const usualDialect: Dialect = {
  output: ['json-schema', 'json-object', 'prompt'],
  tokenLimit: 'max_completion_tokens',
  numberEnums: true,
  roles: ['system', 'developer', 'user'],
  cachePoint: false,
};

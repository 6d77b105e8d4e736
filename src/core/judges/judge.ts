import * as z from 'zod';
import { converseDialect, usualDialect } from './dialect.ts';
import { dialectSchema } from './dialect-schema.ts';
import { pricesSchema } from './prices-schema.ts';

/** Places that a model can be asked at. `compatible` speaks OpenAI's chat completions. */
export const providers = ['openai', 'azure', 'bedrock', 'compatible'] as const;
export type Provider = (typeof providers)[number];

const judgeName = z
  .string()
  .regex(
    /^[a-z][a-z0-9.-]{0,39}$/,
    'wanted lower-case letters, digits, dots and hyphens, at most 40, a letter first',
  );

const secretEntry = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'wanted letters, digits, dots, "_" and "-", at most 64')
  .describe("The entry of the judges' secret that holds its key.");

/** What stands in the file. What it leaves out is filled in by {@link judgesSchema}. */
const entrySchema = z.strictObject({
  model: z.string().min(1).max(200).describe('The model that rubrics name: what scores depend on.'),
  deployment: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe(
      'What the provider calls it, where that is not the model: an Azure deployment, a Bedrock model or inference profile.',
    ),
  provider: z.enum(providers).describe('"compatible" is any server that speaks the OpenAI chat completions.'),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https:') || isLoopback(url), {
      message: 'wanted an https address (http only for this machine, in local runs)',
    })
    .optional()
    .describe(
      'Base address: of Azure such as https://NAME.openai.azure.com/openai/v1, of a gateway such as https://HOST/v1. OpenAI and Bedrock need none.',
    ),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'wanted a region such as eu-west-1')
    .optional()
    .describe("Bedrock's region; the stack's own where it is left out."),
  api: z
    .enum(['chat-completions', 'converse'])
    .optional()
    .describe('Bedrock alone: "converse" for models that do not speak the OpenAI form there (Claude, Nova).'),
  authorisation: z
    .union([z.literal('role'), z.literal('none'), z.strictObject({ secret: secretEntry })])
    .optional()
    .describe(
      '{ secret: ENTRY } of the judges\' secret, the judge\'s own name where it is left out; "role" for Bedrock, which needs no key; "none" for a server of your own without keys.',
    ),
  dialect: dialectSchema.optional(),
  prices: pricesSchema,
  tier: z
    .enum(['standard', 'flex'])
    .default('standard')
    .describe('flex is asked first at its price; where it has no room the call is made at standard.'),
  concurrency: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'Calls that one function instance makes at once; as many as a batch holds where it is left out.',
    ),
  retires: z.iso
    .date()
    .optional()
    .describe(
      'The day on which the provider shuts the model down, where the provider does not tell it itself.',
    ),
});

export type JudgeEntry = z.infer<typeof entrySchema>;

export const judgesFileSchema = z.strictObject({
  judges: z
    .record(
      judgeName,
      entrySchema.check(({ value, issues }) => {
        for (const { path, message } of faultsOf(value))
          issues.push({ code: 'custom', input: value, path: [...path], message });
      }),
    )
    .describe('The judges that rubrics may name, each one model at one place.'),
});

/** A judge as it is asked: one model at one place. Nothing here changes what a score means. */
export interface Judge {
  /** Under which rubrics name it. */
  readonly name: string;
  readonly model: string;
  /** What the provider calls the model. */
  readonly deployment: string;
  readonly provider: Provider;
  /** Undefined where the provider's usual one is meant. */
  readonly url?: string | undefined;
  readonly region?: string | undefined;
  readonly api: 'chat-completions' | 'converse';
  readonly authorisation: 'role' | 'none' | { readonly secret: string };
  readonly dialect: z.infer<typeof dialectSchema>;
  readonly prices: z.infer<typeof pricesSchema>;
  readonly tier: 'standard' | 'flex';
  readonly concurrency?: number | undefined;
  readonly retires?: string | undefined;
}

/** Fills in what an entry leaves out. */
export function judgeOfEntry(name: string, entry: JudgeEntry): Judge {
  const { deployment, api, authorisation, dialect, ...given } = entry;
  return {
    name,
    ...given,
    deployment: deployment ?? entry.model,
    api: api ?? 'chat-completions',
    authorisation: authorisation ?? (entry.provider === 'bedrock' ? 'role' : { secret: name }),
    dialect: api === 'converse' ? converseDialect(dialect ?? usualDialect) : (dialect ?? usualDialect),
  };
}

interface EntryFault {
  readonly path: readonly string[];
  readonly message: string;
}

function faultsOf(entry: JudgeEntry): EntryFault[] {
  const { provider, url, region, api, authorisation, dialect, prices, tier } = entry;
  const faults: EntryFault[] = [];
  const fault = (key: string, message: string) => faults.push({ path: [key], message });
  if (url === undefined && (provider === 'azure' || provider === 'compatible'))
    fault('provider', `"${provider}" has no address of its own; write its base address under "url"`);
  if (provider !== 'bedrock') {
    if (region !== undefined) fault('region', 'only Bedrock has regions here; write the address under "url"');
    if (api === 'converse') fault('api', '"converse" is Bedrock\'s; remove it');
    if (authorisation === 'role')
      fault('authorisation', `only Bedrock is asked by role; write { secret: ENTRY } for "${provider}"`);
  }
  if (authorisation === 'none' && provider !== 'compatible')
    fault('authorisation', `"${provider}" wants a key; write { secret: ENTRY }`);
  if (api === 'converse' && typeof authorisation === 'object')
    fault('authorisation', 'Converse is asked by role; write "role" or leave it out');
  if (api === 'converse' && dialect !== undefined) {
    const { output, roles } = converseDialect(dialect);
    if (output.length === 0 || roles.length === 0)
      fault('dialect', 'Converse knows the forms json-schema and prompt, and the roles system and user');
  }
  if (api !== 'converse' && dialect?.cachePoint === true)
    fault('dialect', "cachePoint is Converse's; others cache by themselves; remove it");
  if (tier === 'flex' && prices.flex === undefined)
    fault('tier', 'the tier "flex" has no prices; write them under prices.flex, or take "standard"');
  return faults;
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return ['localhost', '[::1]'].includes(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

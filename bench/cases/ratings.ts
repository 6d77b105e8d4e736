import { z } from 'zod';
import { anyOf, type CaseKind, notBuilt } from './case-kind.ts';

const schema = z.object({
  /** A ratings file. */
  file: z.base64(),
  /** The responses that exist, with the judge's scores. */
  judged: z.array(z.object({ id: z.string(), score: z.number() })),
  want: z.object({
    /** Rows. */
    accepted: anyOf(z.int()).optional(),
    /** People. */
    raters: anyOf(z.int()).optional(),
    /** `refused`: the file is refused whole; `either`: that no row is accepted, with the reason, is as right. */
    whole: anyOf(z.enum(['refused', 'either'])).optional(),
  }),
});

/** What becomes of a ratings file. */
export const ratings: CaseKind<typeof schema> = { schema, run: async () => notBuilt };

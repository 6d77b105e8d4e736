import { z } from 'zod';
import { anyOf, type CaseKind, notBuilt } from './case-kind.ts';

const schema = z.object({
  /** A message of the response queue. */
  body: z.string(),
  sentAt: z.iso.datetime({ offset: true }),
  want: z.object({ taken: anyOf(z.boolean()), judgeable: anyOf(z.boolean()).optional() }),
});

/** Whether a message counts in the SLIs that it serves, and whether a judge could be asked about it. */
export const record: CaseKind<typeof schema> = { schema, run: async () => notBuilt };

import { z } from 'zod';
import { anyOf, type CaseKind, notBuilt } from './case-kind.ts';

const schema = z.object({
  /** Text of a judge's message. */
  content: z.string(),
  /** A shipped rubric, `id@version`; one with the one criterion `helps` (1 to 5) where absent. */
  rubric: z.string().optional(),
  want: anyOf(z.union([z.literal('unreadable'), z.object({ score: anyOf(z.number()) })])),
});

/** What a judge's text is read as. */
export const answer: CaseKind<typeof schema> = { schema, run: async () => notBuilt };

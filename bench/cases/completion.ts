import { z } from 'zod';
import { anyOf, type CaseKind, notBuilt } from './case-kind.ts';

const ends = ['judged', 'unreadable', 'refused', 'moment', 'item', 'everybody', 'history'] as const;

const schema = z.object({
  /** What a judge's server answers: `body` is a JSON value, or a text. */
  http: z.object({
    status: z.int(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
  }),
  want: z.object({
    ends: anyOf(z.enum(ends)),
    billed: anyOf(z.enum(['usage', 'reservation', 'nothing'])).optional(),
    score: anyOf(z.number()).optional(),
  }),
});

/** What becomes of a judgement that a judge's server answers so, and what it costs. */
export const completion: CaseKind<typeof schema> = { schema, run: async () => notBuilt };

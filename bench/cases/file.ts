import { z } from 'zod';
import { anyOf, type CaseKind, notBuilt } from './case-kind.ts';

const schema = z.object({
  /** What the file is, such as `rubric`. */
  of: z.string(),
  /** Its bytes: YAML, hopefully. */
  file: z.base64(),
  /** `told`: accepted with a note at its line. */
  want: anyOf(z.enum(['accepted', 'refused', 'told'])),
});

/** What becomes of a file of settings. */
export const file: CaseKind<typeof schema> = { schema, run: async () => notBuilt };

import { z } from 'zod';
import { claimedForms } from '#core/redaction/claimed-forms.ts';
import { compileRedaction, redactBuiltins } from '#core/redaction/redact.ts';
import { redactTexts } from '#core/redaction/redact-texts.ts';
import { anyOf, type CaseKind, type Outcome, type Result, type Summary } from './case-kind.ts';

const secret = z.object({ gone: z.string().min(1) });

const schema = z.object({
  text: z.string(),
  /** Of a secret. */
  form: z.string().optional(),
  want: anyOf(z.union([z.literal('unchanged'), secret])),
});

type RedactionCase = z.infer<typeof schema>;

const wantedShare = 0.9;
const mostTouched = 2;
const rules = compileRedaction(redactBuiltins);

/** What the sampler's redaction, with all built-in patterns, leaves of a text. Judged as a share. */
export const redaction: CaseKind<typeof schema> = { schema, run, summarise };

async function run({ text, want }: RedactionCase): Promise<Outcome> {
  const came = redactAnswer(text);
  const wants = Array.isArray(want) ? want : [want];
  const right = wants.some((one) => (one === 'unchanged' ? came === text : !came.includes(one.gone)));
  return { right: right && isInPlace(text, came), came };
}

/** As the sampler does before it asks a judge about a response. */
function redactAnswer(text: string): string {
  const { texts } = redactTexts({ request: { messages: [] }, response: { content: text } }, rules);
  return String(texts.response?.content);
}

/** Whether all that is no label stands in the text, in its order: nothing else was changed. */
function isInPlace(text: string, came: string): boolean {
  const kept = came.split(/\[[a-z-]+\]/);
  if (!text.startsWith(kept[0] ?? '') || !text.endsWith(kept.at(-1) ?? '')) return false;
  let from = 0;
  for (const part of kept) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

function groupOf({ tried: { want, form } }: Result<RedactionCase>) {
  if (want === 'unchanged') return 'innocent';
  return claimedForms.some((claimed) => claimed === form) ? 'claimed' : 'other';
}

function summarise(results: readonly Result<RedactionCase>[]): Summary {
  const groups = Map.groupBy(results, groupOf);
  const count = (group: ReturnType<typeof groupOf>) => {
    const all = groups.get(group) ?? [];
    return { all: all.length, right: all.filter(({ outcome }) => outcome.right).length };
  };
  const [claimed, other, innocents] = [count('claimed'), count('other'), count('innocent')];
  const touched = innocents.all - innocents.right;
  return {
    passes: claimed.right >= wantedShare * claimed.all && touched <= mostTouched,
    lines: [
      `secrets of the claimed forms gone: ${claimed.right} of ${claimed.all}; wanted ${100 * wantedShare}%`,
      `innocents touched: ${touched} of ${innocents.all}; wanted at most ${mostTouched}`,
      `secrets of other forms gone: ${other.right} of ${other.all}; none is claimed`,
    ],
  };
}

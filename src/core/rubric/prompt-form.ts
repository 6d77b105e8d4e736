/**
 * Forms in which a judge can be made to answer: a strict schema, a JSON object with the schema in the prompt, or the prompt
 * alone.
 */
export const outputForms = ['json-schema', 'json-object', 'prompt'] as const;
export type OutputForm = (typeof outputForms)[number];

/** Roles under which the rubric's text can stand. Under `user` it stands before the response, in one message. */
export const textRoles = ['system', 'developer', 'user'] as const;
export type TextRole = (typeof textRoles)[number];

/** How a rubric is put to its judge: part of what its scores mean. */
export interface PromptForm {
  readonly output: OutputForm;
  readonly role: TextRole;
}

export const usualPromptForm: PromptForm = { output: 'json-schema', role: 'system' };

/** What of a prompt form stands in hashes: nothing at its default, so that versions released before it keep theirs. */
export function hashedForm(form: PromptForm | undefined): { readonly form?: Partial<PromptForm> } {
  if (form === undefined) return {};
  const told = {
    ...(form.output !== usualPromptForm.output && { output: form.output }),
    ...(form.role !== usualPromptForm.role && { role: form.role }),
  };
  return Object.keys(told).length === 0 ? {} : { form: told };
}

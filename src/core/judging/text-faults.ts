import { type KnownAnswer, litellm } from './known-answer.ts';

const tooLong = { fault: 'text', says: 'too long for the judge even after cutting' } as const;
const policy = { fault: 'text', says: "refused by the provider's policy" } as const;

/** Answers about this one text: others would be taken. */
export const textFaults: readonly KnownAnswer[] = [
  {
    from: 'OpenAI, Azure, Groq: too long',
    when: {
      codes: ['context_length_exceeded', 'string_above_max_length', 'request_too_large', 'string_too_long'],
    },
    ...tooLong,
  },
  {
    from: 'OpenAI, Groq: more tokens than a minute allows',
    when: { statuses: [400, 413, 429], message: /^Request too large for / },
    ...tooLong,
  },
  {
    from: 'OpenAI: policy',
    when: {
      codes: ['content_policy_violation', 'invalid_prompt', 'cyber_policy_violation', 'moderation_blocked'],
    },
    ...policy,
  },
  {
    from: "Azure: content filter, LiteLLM's proxy before Azure too",
    when: { codes: ['content_filter', 'ResponsibleAIPolicyViolation'] },
    ...policy,
  },
  { from: 'OpenRouter: moderation', when: { statuses: [400, 403], flagged: true }, ...policy },
  {
    from: "LiteLLM's proxy: too long",
    when: { message: litellm('ContextWindowExceededError') },
    ...tooLong,
  },
  {
    from: "LiteLLM's proxy: policy",
    when: { message: litellm('ContentPolicyViolationError') },
    ...policy,
  },
  {
    from: 'Anthropic: too long, by its sentence alone',
    when: {
      statuses: [400, 413],
      message: /^(?:prompt is too long\b|input length and `max_tokens` exceed context limit)/i,
    },
    ...tooLong,
  },
  {
    from: 'Anthropic: output filter',
    when: { statuses: [400], message: /^Output blocked by content filtering policy/i },
    ...policy,
  },
  {
    from: 'vLLM, OpenRouter: too long, by its sentence alone',
    when: {
      statuses: [400],
      message:
        /^(?:(?:This (?:model|endpoint)'s )?maximum context length is \d|'?max_tokens'? must be at least 1, got -|'max_tokens' or 'max_completion_tokens' is too large: |(?:The )?(?:decoder )?(?:prompt|input)\b[^.]{0,80} (?:is )?(?:longer than the maximum model length|exceeds (?:the )?model's maximum context length)|You passed \d+ input tokens)/i,
    },
    ...tooLong,
  },
  {
    from: 'Bedrock: too long, by its sentence alone',
    when: { statuses: [400], message: /^Input is too long for requested model/i },
    ...tooLong,
  },
  { from: 'Mistral: too long', when: { statuses: [400, 422], codes: ['3051'] }, ...tooLong },
  {
    from: 'Gemini: too long, by its sentence alone',
    when: {
      statuses: [400],
      message: /^The input token count\b[^.]{0,40} exceeds the maximum number of tokens/i,
    },
    ...tooLong,
  },
  {
    from: 'Ollama, llama.cpp: too long',
    when: { codes: ['exceed_context_size_error'] },
    ...tooLong,
  },
  {
    from: 'Ollama, llama.cpp: too long, by its sentence alone',
    when: {
      statuses: [400, 500],
      message:
        /^(?:(?:the )?request\b[^.]{0,40} exceeds the available context size|Context size has been exceeded|(?:the )?(?:input|prompt)(?: length| is too long;)? exceed(?:s|ed) (?:the |max )?context length)/i,
    },
    ...tooLong,
  },
];

/** Where no other row fits. */
export const tooLarge: KnownAnswer = { from: 'any: too large', when: { statuses: [413] }, ...tooLong };

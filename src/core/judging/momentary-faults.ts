import { type KnownAnswer, litellm } from './known-answer.ts';

const moment = { fault: 'moment', says: 'the provider is busy or broken' } as const;

/** Answers that another try may not get. */
export const momentaryFaults: readonly KnownAnswer[] = [
  {
    from: 'Groq: an answer that is no JSON',
    when: { statuses: [400], codes: ['json_validate_failed', 'output_parse_failed'] },
    fault: 'moment',
    says: 'the model wrote no JSON',
  },
  {
    from: 'Bedrock: busy',
    when: {
      codes: [
        'ThrottlingException',
        'ServiceQuotaExceededException',
        'ModelNotReadyException',
        'ModelTimeoutException',
        'ModelErrorException',
        'ServiceUnavailableException',
        'RequestExpired',
        'MPAgreementBeingCreated',
      ],
    },
    ...moment,
  },
  {
    from: "LiteLLM's proxy: busy",
    when: {
      message: litellm(
        'RateLimitError',
        'Timeout',
        'ServiceUnavailableError',
        'InternalServerError',
        'APIConnectionError',
        'MidStreamFallbackError',
      ),
    },
    ...moment,
  },
  {
    from: 'Gemini: busy',
    when: {
      codes: ['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'CANCELLED', 'ABORTED'],
    },
    ...moment,
  },
];

/** By the status alone, where no other row fits. 424: Bedrock's model failed; 425: too early; 498, 499: Groq without room, or given up. */
export const momentaryFaultsByStatus: readonly KnownAnswer[] = [
  { from: 'any: busy', when: { statuses: [408, 409, 424, 425, 429, 498, 499] }, ...moment },
  {
    from: 'any: broken',
    when: { statuses: Array.from({ length: 100 }, (_, index) => 500 + index) },
    ...moment,
  },
];

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFailure } from '#adapters/openai/read-failure.ts';
import { classifyFailure } from '#core/judging/judge-error.ts';
import { findKnownAnswer, knownAnswers } from '#core/judging/known-answers.ts';

type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

const answer = ([status, body, headers]: Answer) => ({
  status,
  headers: new Headers(headers),
  text: typeof body === 'string' ? body : JSON.stringify(body),
  isCut: false,
});
const failureOf = (each: Answer) => readFailure(answer(each), 0);

const openAi = (code: string | null, message = 'No.', more: object = {}) => ({
  error: { message, type: 'invalid_request_error', param: null, code, ...more },
});
/** vLLM before 0.10, Mistral. */
const flat = (message: unknown, type: string, code: unknown, more: object = {}) => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
  ...more,
});
const litellm = (message: string, code = '400', more: object = {}) => ({
  error: { message, type: null, param: null, code, ...more },
});
const anthropic = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});
const gemini = (code: number, status: string, message = 'No.', details: object[] = []) => [
  { error: { code, message, status, details } },
];
const bedrock = (message: string) => ({ message });
const bedrockError = (name: string) => ({ 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/` });

/** By row, answers as the providers give them. */
const examples: Readonly<Record<string, readonly Answer[]>> = {
  'OpenAI, Azure, Groq: too long': [
    [400, openAi('context_length_exceeded', 'maximum context length is 8192', { param: 'messages' })],
    [400, openAi('string_above_max_length', 'string too long', { param: 'messages[1].content' })],
    [413, anthropic('request_too_large', 'Request exceeds the maximum size')],
    // OpenRouter hands on what the provider behind it said.
    [
      400,
      {
        error: {
          code: 400,
          message: 'Provider returned error',
          metadata: { raw: JSON.stringify(openAi('context_length_exceeded')), provider_name: 'OpenAI' },
        },
      },
    ],
  ],
  'OpenAI, Groq: more tokens than a minute allows': [
    [
      413,
      openAi(
        'rate_limit_exceeded',
        'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 14810',
        {
          type: 'tokens',
        },
      ),
    ],
    [
      429,
      openAi('rate_limit_exceeded', 'Request too large for gpt-4o on tokens per min', { type: 'tokens' }),
    ],
  ],
  'OpenAI: policy': [
    [400, openAi('invalid_prompt')],
    [400, openAi('content_policy_violation')],
  ],
  "Azure: content filter, LiteLLM's proxy before Azure too": [
    [
      400,
      openAi('content_filter', 'filtered', {
        param: 'prompt',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      }),
    ],
    [
      400,
      litellm('litellm.BadRequestError: AzureException - filtered', '400', {
        provider_specific_fields: { innererror: { code: 'ResponsibleAIPolicyViolation' } },
      }),
    ],
  ],
  'OpenRouter: moderation': [
    [403, { error: { code: 403, message: 'flagged', metadata: { reasons: ['hate'], flagged_input: '…' } } }],
  ],
  "LiteLLM's proxy: too long": [
    [400, litellm('litellm.ContextWindowExceededError: litellm.BadRequestError: too many tokens')],
    [400, litellm('litellm.BadRequestError: litellm.ContextWindowExceededError: AnthropicError - {…}')],
    [400, litellm('ContextWindowExceededError: prompt is too long')],
  ],
  "LiteLLM's proxy: policy": [
    [400, litellm('litellm.BadRequestError: litellm.ContentPolicyViolationError: AzureException - no')],
  ],
  'Anthropic: too long, by its sentence alone': [
    [400, anthropic('invalid_request_error', 'prompt is too long: 208732 tokens > 200000 maximum')],
    [
      400,
      anthropic('invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
    ],
  ],
  'Anthropic: output filter': [
    [400, anthropic('invalid_request_error', 'Output blocked by content filtering policy')],
  ],
  'vLLM, OpenRouter: too long, by its sentence alone': [
    [
      400,
      flat(
        "This model's maximum context length is 8192 tokens. However, you requested 9000",
        'BadRequestError',
        400,
      ),
    ],
    [400, { error: flat("This model's maximum context length is 8192 tokens.", 'BadRequestError', 400) }],
    [400, flat('max_tokens must be at least 1, got -186.', 'BadRequestError', 400)],
    [
      400,
      flat(
        "'max_tokens' or 'max_completion_tokens' is too large: 1500. This model's …",
        'BadRequestError',
        400,
      ),
    ],
    [
      400,
      flat(
        'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
        'BadRequestError',
        400,
      ),
    ],
    [400, flat("Input length (9000) exceeds model's maximum context length (8192).", 'BadRequestError', 400)],
    [400, { error: { code: 400, message: "This endpoint's maximum context length is 32768 tokens." } }],
  ],
  'Bedrock: too long, by its sentence alone': [
    [400, bedrock('Input is too long for requested model.'), bedrockError('ValidationException')],
  ],
  'Mistral: too long': [
    [400, flat('Prompt contains 40930 tokens, too large for model', 'invalid_request_error', '3051')],
  ],
  'Gemini: too long, by its sentence alone': [
    [
      400,
      gemini(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).',
      ),
    ],
  ],
  'Ollama, llama.cpp: too long': [
    [
      400,
      {
        error: {
          code: 400,
          message: 'request (14429 tokens) …',
          type: 'exceed_context_size_error',
          n_ctx: 8192,
        },
      },
    ],
    [500, { error: { code: 500, message: '…', type: 'exceed_context_size_error' } }],
  ],
  'Ollama, llama.cpp: too long, by its sentence alone': [
    [500, { error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } }],
    [400, { error: 'the input length exceeds the context length' }],
  ],
  'OpenAI: quota': [
    [429, openAi('insufficient_quota', 'You exceeded your current quota', { type: 'insufficient_quota' })],
    [429, openAi('429', 'Quota', { type: 'insufficient_quota' })],
    [400, openAi('billing_hard_limit_reached')],
  ],
  'Anthropic: credit, by its sentence alone': [
    [400, anthropic('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.')],
  ],
  "LiteLLM's proxy: budget": [
    [
      429,
      litellm('Budget has been exceeded! Current cost: 2, Max budget: 1', '429', { type: 'budget_exceeded' }),
    ],
  ],
  "LiteLLM's proxy: budget, by its sentence alone": [
    [400, litellm('litellm.BadRequestError: OpenAIException - Budget has been exceeded! Current cost: 14')],
    [
      401,
      litellm('Authentication Error, ExceededBudget: User ishaan has exceeded their budget', '401', {
        type: 'unknown',
      }),
    ],
  ],
  'OpenRouter: limit of the key': [
    [403, { error: { code: 403, message: 'Key limit exceeded (total limit). Manage it using …' } }],
  ],
  'OpenAI: no access': [
    [401, openAi('invalid_api_key', 'Incorrect API key provided')],
    [403, openAi('unsupported_country_region_territory')],
  ],
  'Azure: no access': [
    [
      403,
      { error: { code: 'AccessDenied', message: 'Access denied due to Virtual Network/Firewall rules.' } },
    ],
    [401, { error: { code: 'PermissionDenied', message: 'lacks the required data action' } }],
  ],
  'Bedrock: no access': [
    [403, { Message: 'User: arn:aws:… is not authorized' }, bedrockError('AccessDeniedException')],
    [403, { __type: 'UnrecognizedClientException', message: 'The security token is invalid.' }],
  ],
  'Anthropic: no access': [[403, anthropic('permission_error', 'Your key may not use this.')]],
  "LiteLLM's proxy: no access": [
    [401, litellm('Authentication Error, Invalid proxy server token passed.', '401', { type: 'auth_error' })],
    [403, litellm('team not allowed to access model', '403', { type: 'team_model_access_denied' })],
  ],
  "LiteLLM's proxy: no access upstream": [
    [403, litellm('litellm.PermissionDeniedError: BedrockException - {…}', '403')],
  ],
  'Groq: no access': [[400, openAi('model_terms_required')]],
  'Gemini: no access': [
    [
      400,
      gemini(400, 'INVALID_ARGUMENT', 'API key not valid.', [
        { reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
      ]),
    ],
    [400, gemini(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.')],
    [403, gemini(403, 'PERMISSION_DENIED')],
  ],
  'Gemini: key, by its sentence alone': [
    [400, gemini(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.')],
  ],
  'OpenAI, Groq: model': [
    [404, openAi('model_not_found')],
    [400, openAi('model_decommissioned')],
  ],
  'Azure: deployment': [
    [404, { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } }],
    [400, { error: { code: 'OperationNotSupported', message: 'does not work with the specified model' } }],
  ],
  'Bedrock: model': [
    [404, bedrock('Could not resolve the foundation model'), bedrockError('ResourceNotFoundException')],
  ],
  'Bedrock: model, by its sentence alone': [
    [400, bedrock('The provided model identifier is invalid.'), bedrockError('ValidationException')],
    [
      400,
      {
        error: {
          code: 'validation_error',
          message: "The model 'anthropic.claude' does not support the '/v1/chat/completions' API",
          param: null,
          type: 'invalid_request_error',
        },
      },
    ],
  ],
  'Anthropic: model': [[404, anthropic('not_found_error', 'model: claude-9')]],
  "LiteLLM's proxy: model": [[404, litellm('litellm.NotFoundError: OpenAIException - gone', '404')]],
  "LiteLLM's proxy: model, by its sentence alone": [
    [
      400,
      litellm('/chat/completions: Invalid model name passed in model=gpt-9. Call `/v1/models`', '400', {
        type: 'None',
        param: 'None',
      }),
    ],
  ],
  'OpenRouter: model': [[400, { error: { code: 400, message: 'openai/gpt-9 is not a valid model ID' } }]],
  'Mistral: model': [[400, flat('Invalid model: mistral-9', 'invalid_model', '1500')]],
  'Gemini: model': [[404, gemini(404, 'NOT_FOUND', 'models/gemini-9 is not found')]],
  'Ollama: model, by its sentence alone': [
    [
      404,
      {
        error: {
          message: 'model "llama9" not found, try pulling it first',
          type: 'api_error',
          param: null,
          code: null,
        },
      },
    ],
    [400, { error: 'registry.ollama.ai/library/nomic does not support chat' }],
  ],
  'OpenAI, Azure: role or text of the rubric, the same in every call': [
    [
      400,
      openAi('unsupported_value', "'messages[0].role' does not support 'system'", {
        param: 'messages[0].role',
      }),
    ],
  ],
  'OpenAI, Azure: a parameter by its code': [[400, openAi('unsupported_parameter')]],
  'OpenAI, Azure, Mistral, vLLM: a parameter that is the same in every call': [
    [400, openAi(null, 'No.', { param: 'response_format' })],
    [
      422,
      flat(
        {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'no', input: 9 }],
        },
        'invalid_request_error',
        null,
      ),
    ],
    [422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'store'], msg: 'no', input: false }] }],
  ],
  'vLLM: a parameter, by its sentence alone': [
    [
      400,
      flat(
        "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), …}]",
        'BadRequestError',
        400,
      ),
    ],
  ],
  "LiteLLM's proxy: a parameter": [
    [400, litellm('litellm.UnsupportedParamsError: bedrock does not support …')],
  ],
  'Bedrock: form, by its sentence alone': [
    [
      400,
      bedrock('Malformed input request: #: extraneous key [seed] is not permitted'),
      bedrockError('ValidationException'),
    ],
  ],
  'Gemini: form, by its sentence alone': [
    [
      400,
      gemini(
        400,
        'INVALID_ARGUMENT',
        'Invalid JSON payload received. Unknown name "seed": Cannot find field.',
      ),
    ],
    [
      400,
      gemini(
        400,
        'INVALID_ARGUMENT',
        "Invalid value at 'generation_config.response_schema.enum[0]' (TYPE_STRING), 1",
      ),
    ],
  ],
  'Groq: an answer that is no JSON': [
    [
      400,
      openAi('json_validate_failed', 'Failed to generate JSON.', {
        failed_generation: '{"code":"insufficient_quota"',
      }),
    ],
  ],
  'Bedrock: busy': [
    [424, bedrock('The model failed.'), bedrockError('ModelErrorException')],
    [400, bedrock('Too many tokens per day'), bedrockError('ServiceQuotaExceededException')],
  ],
  "LiteLLM's proxy: busy": [
    [429, litellm('litellm.RateLimitError: RateLimitError: OpenAIException - slow down', '429')],
    [408, litellm('litellm.Timeout: APITimeoutError - Request timed out.', '408')],
  ],
  'Gemini: busy': [
    [429, gemini(429, 'RESOURCE_EXHAUSTED')],
    [503, gemini(503, 'UNAVAILABLE', 'The model is overloaded.')],
  ],
  'any: another address': [
    [307, '', { location: 'https://elsewhere.example/v1' }],
    [302, '<html>Please log in</html>'],
  ],
  'any: key': [[401, { detail: 'Unauthorized' }]],
  'any: payment': [[402, { error: { code: 402, message: 'Insufficient credits' } }]],
  'any: no such thing': [
    [404, { error: { code: '404', message: 'Resource not found' } }],
    [405, { detail: 'Method Not Allowed' }],
  ],
  'any: too large': [[413, '<html>413 Request Entity Too Large</html>']],
  'any: busy': [
    [429, openAi('rate_limit_exceeded', 'slow down', { type: 'tokens' })],
    [498, { error: { message: 'no room', type: 'capacity' } }],
    [409, ''],
  ],
  'any: broken': [
    [500, openAi('server_error')],
    [529, anthropic('overloaded_error', 'Overloaded')],
    [503, '<html>busy</html>'],
  ],
};

describe('known answers', () => {
  it('have an example each', () => {
    expect(Object.keys(examples).toSorted()).toEqual(knownAnswers.map(({ from }) => from).toSorted());
  });

  it.for(Object.entries(examples))('are told by what the provider writes: %s', ([from, answers]) => {
    for (const each of answers)
      expect(findKnownAnswer(failureOf(each))?.from, JSON.stringify(each)).toBe(from);
  });

  it.for<Answer>([
    [400, openAi(null)],
    [400, openAi(null, 'No.', { param: 'messages[1].content' })],
    [400, litellm('prompt is bad', '400', { type: 'None', param: 'None' })],
    [400, gemini(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.')],
    [400, bedrock('The text is odd.'), bedrockError('ValidationException')],
    [422, { detail: [{ type: 'string_type', loc: ['body', 'messages', 1, 'content'], msg: 'no' }] }],
    [403, '<html>Request blocked by the firewall</html>'],
    [403, { message: 'Forbidden' }],
    [400, ''],
    [418, 'teapot'],
  ])('leave to history what says nothing: %j', (each) => {
    expect(findKnownAnswer(failureOf(each))).toBeUndefined();
    expect(classifyFailure(failureOf(each)).kind).toBe('unknown');
  });

  it.for<[string, Answer]>([
    ['in a sentence', [400, openAi(null, 'Bad text: "Your credit balance is too low"')]],
    [
      'as the text that is quoted',
      [400, { detail: [{ type: 'x', msg: 'no', input: { code: 'insufficient_quota' } }] }],
    ],
    [
      'as what the model wrote',
      [400, openAi(null, 'No.', { failed_generation: '{"code":"insufficient_quota"}' })],
    ],
  ])('are not what the judged text says %s', ([, each]) => {
    expect(classifyFailure(failureOf(each)).kind).toBe('unknown');
  });

  it('are looked for in any body at all, without an error and without its sentences in the reason', () => {
    const word = fc.constantFrom(
      'error',
      'code',
      'type',
      'status',
      'message',
      'detail',
      'details',
      'metadata',
      'raw',
      'loc',
      'param',
    );
    const body = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(word, tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), body, (status, value) => {
        const error = classifyFailure(failureOf([status, value]));
        expect(error.reason).toMatch(/^[\x20-\x7e’]{1,400}$/);
      }),
    );
    expect(classifyFailure(failureOf([400, openAi('A whole sentence!', 'My secret')])).reason).not.toMatch(
      /secret|sentence/,
    );
  });
});

describe('what stands in the reason of a failure', () => {
  it('is what to do, the status, the code and the parameter', () => {
    const failure = failureOf([400, openAi('unsupported_value', 'No.', { param: 'messages[0].role' })]);
    expect(classifyFailure(failure)).toEqual({
      kind: 'blocking',
      reason: expect.stringMatching(
        /takes a system message.*\(400, unsupported_value, messages\[0\]\.role\)$/,
      ),
    });
  });
});

describe('whether a failure of the moment counts against the text', () => {
  it.for<[Answer, true | undefined]>([
    [[400, openAi('json_validate_failed')], true],
    [[409, ''], true],
    [[408, ''], undefined],
    [[429, ''], undefined],
    [[500, ''], undefined],
    [[529, ''], undefined],
  ])('%j: %j', ([each, counts]) => {
    const error = classifyFailure(failureOf(each));
    expect(error).toMatchObject({ kind: 'retryable' });
    expect(error.kind === 'retryable' && error.countsAgainstText).toBe(counts);
  });

  it('silence does not', () => {
    expect(classifyFailure({ cause: 'time-out' })).toEqual({
      kind: 'retryable',
      reason: 'no answer: time-out',
    });
  });
});

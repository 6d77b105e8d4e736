import { type KnownAnswer, litellm } from './known-answer.ts';

const quota = { fault: 'everybody', says: "the provider's quota is spent; raise it or pay" } as const;
const access = {
  fault: 'everybody',
  says: "the provider gives no access; check the key in the judge's secret and what the account may use",
} as const;
const model = {
  fault: 'everybody',
  says: "the provider has no such model or address for this call; check the rubric's judge and the judge URL",
} as const;
const form = {
  fault: 'everybody',
  says: "the provider does not take the call's form; check the rubric's judge parameters, and whether this model takes a system message, max_completion_tokens and strict JSON schemas",
} as const;

/** Answers that every call gets until somebody acts: no response can be judged. */
export const sharedFaults: readonly KnownAnswer[] = [
  {
    from: 'OpenAI: quota',
    when: {
      codes: [
        'insufficient_quota',
        'billing_hard_limit_reached',
        'billing_not_active',
        'credit_balance_exhausted',
        'account_deactivated',
        'access_terminated',
      ],
    },
    ...quota,
  },
  {
    from: 'Anthropic: credit, by its sentence alone',
    when: {
      statuses: [400, 402, 403],
      message:
        /^(?:(?:Your )?credit balance is too low|You have reached your specified API usage limits|This organization has been disabled)/i,
    },
    ...quota,
  },
  {
    from: "LiteLLM's proxy: budget",
    when: { codes: ['budget_exceeded'] },
    ...quota,
  },
  {
    from: "LiteLLM's proxy: budget, by its sentence alone",
    when: {
      statuses: [400, 401, 429],
      message:
        /^(?:(?:litellm\.)?[A-Za-z]{1,60}(?:Error|Exception): |Authentication Error, |[A-Za-z]{1,40}Exception - ){0,4}(?:Budget has been exceeded!|ExceededBudget)/,
    },
    ...quota,
  },
  {
    from: 'OpenRouter: limit of the key',
    when: { statuses: [403], message: /^Key limit exceeded/i },
    ...quota,
  },
  {
    from: 'OpenAI: no access',
    when: {
      codes: [
        'invalid_api_key',
        'unsupported_country_region_territory',
        'ip_not_authorized',
        'invalid_organization',
        'insufficient_permissions',
        'missing_scope',
      ],
    },
    ...access,
  },
  {
    from: 'Azure: no access',
    when: {
      statuses: [401, 403],
      codes: ['AccessDenied', 'Forbidden', 'PermissionDenied', 'PublicNetworkAccessDisabled', 'Unauthorized'],
    },
    ...access,
  },
  {
    from: 'Bedrock: no access',
    when: {
      codes: [
        'AccessDeniedException',
        'UnrecognizedClientException',
        'InvalidSignatureException',
        'IncompleteSignatureException',
        'IncompleteSignature',
        'ExpiredTokenException',
        'InvalidClientTokenId',
        'MissingAuthenticationTokenException',
        'NotAuthorized',
        'OptInRequired',
        'access_denied',
      ],
    },
    ...access,
  },
  {
    from: 'Anthropic: no access',
    when: { codes: ['authentication_error', 'permission_error', 'billing_error'] },
    ...access,
  },
  {
    from: "LiteLLM's proxy: no access",
    when: {
      codes: [
        'auth_error',
        'expired_key',
        'key_model_access_denied',
        'team_model_access_denied',
        'user_model_access_denied',
        'org_model_access_denied',
        'token_not_found_in_db',
      ],
    },
    ...access,
  },
  {
    from: "LiteLLM's proxy: no access upstream",
    when: { message: litellm('AuthenticationError', 'PermissionDeniedError') },
    ...access,
  },
  {
    from: 'Groq: no access',
    when: { codes: ['organization_restricted', 'blocked_api_access', 'model_terms_required'] },
    ...access,
  },
  {
    from: 'Gemini: no access',
    when: {
      codes: [
        'API_KEY_INVALID',
        'API_KEY_SERVICE_BLOCKED',
        'PERMISSION_DENIED',
        'UNAUTHENTICATED',
        'FAILED_PRECONDITION',
        'SERVICE_DISABLED',
        'BILLING_DISABLED',
        'CONSUMER_INVALID',
        'ACCESS_TOKEN_EXPIRED',
      ],
    },
    ...access,
  },
  {
    from: 'Gemini: key, by its sentence alone',
    when: { statuses: [400], message: /^API key (?:not valid|expired)/i },
    ...access,
  },
  {
    from: 'OpenAI, Groq: model',
    when: {
      codes: ['model_not_found', 'model_not_available', 'model_decommissioned', 'model_not_active'],
    },
    ...model,
  },
  {
    from: 'Azure: deployment',
    when: {
      codes: ['DeploymentNotFound', 'OperationNotSupported', 'DeploymentModelNotSupported', 'unknown_model'],
    },
    ...model,
  },
  {
    from: 'Bedrock: model',
    when: { codes: ['ResourceNotFoundException', 'FTUFormNotFilled'] },
    ...model,
  },
  {
    from: 'Bedrock: model, by its sentence alone',
    when: {
      statuses: [400],
      message:
        /^(?:The provided model identifier is invalid|Invocation of model ID|The model '[^']{1,200}' does not support the|Operation not allowed|This model doesn't support)/i,
    },
    ...model,
  },
  { from: 'Anthropic: model', when: { codes: ['not_found_error'] }, ...model },
  {
    from: "LiteLLM's proxy: model",
    when: { message: litellm('NotFoundError') },
    ...model,
  },
  {
    from: "LiteLLM's proxy: model, by its sentence alone",
    when: {
      statuses: [400],
      message: /^(?:\/?[a-z/_]{1,60}: )?Invalid model name passed in model=/,
    },
    ...model,
  },
  {
    from: 'OpenRouter: model',
    when: { statuses: [400], message: /^[\w./:@~-]{1,200} is not a valid model ID/i },
    ...model,
  },
  { from: 'Mistral: model', when: { codes: ['invalid_model'] }, ...model },
  { from: 'Gemini: model', when: { codes: ['NOT_FOUND'] }, ...model },
  {
    from: 'Ollama: model, by its sentence alone',
    when: {
      statuses: [400, 404],
      message: /^(?:model ["'][^"']{1,200}["'] not found|["']?[\w./:-]{1,200}["']? does not support )/i,
    },
    ...model,
  },
  {
    from: 'OpenAI, Azure: role or text of the rubric, the same in every call',
    when: { statuses: [400, 422], parameter: /^messages\.?\[0\]/ },
    ...form,
  },
  {
    from: 'OpenAI, Azure: a parameter by its code',
    when: {
      statuses: [400, 422],
      codes: [
        'unsupported_parameter',
        'unknown_parameter',
        'invalid_json_schema',
        'invalid_function_parameters',
      ],
    },
    ...form,
  },
  {
    from: 'OpenAI, Azure, Mistral, vLLM: a parameter that is the same in every call',
    when: { statuses: [400, 422], parameter: /^(?!messages|prompt|input)[a-z]/i },
    ...form,
  },
  {
    from: 'vLLM: a parameter, by its sentence alone',
    when: { statuses: [400], message: /^\[\{'type': 'extra_forbidden'/ },
    ...form,
  },
  {
    from: "LiteLLM's proxy: a parameter",
    when: { message: litellm('UnsupportedParamsError') },
    ...form,
  },
  {
    from: 'Bedrock: form, by its sentence alone',
    when: { statuses: [400], message: /^Malformed input request/i },
    ...form,
  },
  {
    from: 'Gemini: form, by its sentence alone',
    when: {
      statuses: [400],
      message: /^(?:Invalid JSON payload received|Invalid value at '|\* GenerateContentRequest\.)/i,
    },
    ...form,
  },
];

/** By the status alone, where no other row fits. */
export const sharedFaultsByStatus: readonly KnownAnswer[] = [
  {
    from: 'any: another address',
    when: { statuses: [300, 301, 302, 303, 304, 305, 306, 307, 308] },
    fault: 'everybody',
    says: "the judge's address sends elsewhere, which is not followed; write the address that it leads to",
  },
  { from: 'any: key', when: { statuses: [401, 407] }, ...access },
  {
    from: 'any: payment',
    when: { statuses: [402] },
    fault: 'everybody',
    says: 'the provider wants payment; pay, or use another key',
  },
  { from: 'any: no such thing', when: { statuses: [404, 405, 410] }, ...model },
];

import type { SQSRecord } from 'aws-lambda';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';

/** Text of about so many characters that looks like prose to a parser. */
function prose(random: RandomSource, characters: number): string {
  const words = [
    'answer',
    'the',
    'question',
    'with',
    '"care"',
    'über',
    'and',
    'then\n',
    'explain',
    'why',
    'it',
    'holds',
  ];
  let text = '';
  while (text.length < characters) text += `${words[random.integer(words.length)]} `;
  return text;
}

export interface TrafficShape {
  readonly surfaces: readonly string[];
  readonly cohorts: readonly string[];
  readonly releases: readonly string[];
}

/** Our record at 2 KB, as an application logs it within a minute before `now`. */
export function ourBodies(count: number, now: number, shape: TrafficShape, prefix = 'bench'): string[] {
  const random = createRandom(20_261_103);
  const pick = (items: readonly string[]) => items[random.integer(items.length)];
  // Log-normal, as latencies and costs are.
  const spread = (median: number) => Math.round(median * Math.exp(0.5 * random.normal()));
  return Array.from({ length: count }, (_, i) => {
    const ttftMs = spread(400);
    return JSON.stringify({
      id: `${prefix}-${i}`,
      at: new Date(now - random.integer(60_000)).toISOString(),
      surface: pick(shape.surfaces),
      status: random.chance(0.01) ? 'error' : 'success',
      model: 'some-model-2026',
      provider: 'some-provider',
      cohort: pick(shape.cohorts),
      release: pick(shape.releases),
      traceId: `trace-${prefix}-${i}`,
      request: {
        messages: [
          { role: 'system', content: prose(random, 350) },
          { role: 'user', content: prose(random, 350) },
        ],
      },
      response: { content: prose(random, 700), finishReason: 'stop', refused: false },
      usage: { inputTokens: 200, outputTokens: 180, costUsd: spread(1_500) / 1e6 },
      timing: { ttftMs, totalMs: ttftMs + spread(2_000) },
      metadata: { region: 'eu-central-1', experiment: 'none' },
    });
  });
}

/** LiteLLM's standard logging payload in the size and shape that its SQS logger sends. */
export function litellmBodies(count: number, now: number): string[] {
  const random = createRandom(4_711);
  return Array.from({ length: count }, (_, i) => {
    const endTime = (now - random.integer(60_000)) / 1000;
    const startTime = endTime - 0.5 - random.uniform() * 3;
    return JSON.stringify({
      id: `chatcmpl-${i}`,
      trace_id: `trace-${i}`,
      call_type: 'acompletion',
      cache_hit: null,
      stream: true,
      status: 'success',
      saved_cache_cost: 0,
      startTime,
      endTime,
      completionStartTime: startTime + 0.4,
      response_time: endTime - startTime,
      model: 'some-model-2026',
      model_id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
      model_group: 'chat',
      model_map_information: {
        model_map_key: 'some-model-2026',
        model_map_value: { max_tokens: 16_384, litellm_provider: 'some-provider', mode: 'chat' },
      },
      custom_llm_provider: 'some-provider',
      api_base: 'https://api.example.com/v1/',
      cache_key: null,
      response_cost: random.uniform() * 0.004,
      total_tokens: 380,
      prompt_tokens: 200,
      completion_tokens: 180,
      request_tags: ['surface:chat', 'team:search'],
      end_user: '',
      requester_ip_address: '',
      messages: [
        { role: 'system', content: prose(random, 350) },
        { role: 'user', content: prose(random, 350) },
      ],
      response: {
        id: `chatcmpl-${i}`,
        object: 'chat.completion',
        created: Math.floor(endTime),
        model: 'some-model-2026',
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message: {
              role: 'assistant',
              content: prose(random, 700),
              tool_calls: null,
              function_call: null,
            },
          },
        ],
        usage: { prompt_tokens: 200, completion_tokens: 180, total_tokens: 380 },
      },
      error_str: null,
      error_information: {
        error_code: '',
        error_class: '',
        llm_provider: '',
        traceback: '',
        error_message: '',
      },
      model_parameters: { temperature: 0.2, max_tokens: 800, stream: true },
      hidden_params: {
        model_id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
        cache_key: null,
        api_base: 'https://api.example.com/v1/',
        response_cost: '0.0012',
        litellm_overhead_time_ms: 3.1,
        additional_headers: { x_ratelimit_limit_requests: 10_000, x_ratelimit_remaining_requests: 9_999 },
        batch_models: null,
        litellm_model_name: 'some-model-2026',
        usage_object: null,
      },
      metadata: {
        user_api_key_hash: '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b',
        user_api_key_alias: 'search-team',
        user_api_key_team_id: 'search',
        user_api_key_org_id: null,
        user_api_key_user_id: 'default_user_id',
        user_api_key_team_alias: 'search',
        user_api_key_end_user_id: null,
        spend_logs_metadata: null,
        requester_ip_address: '10.0.0.1',
        requester_metadata: { surface: 'chat', release: '1.4.2', cohort: 'eu' },
        prompt_management_metadata: null,
        applied_guardrails: [],
        mcp_tool_call_metadata: null,
        usage_object: { prompt_tokens: 200, completion_tokens: 180, total_tokens: 380 },
      },
    });
  });
}

/** A Lambda event's records as SQS hands them over. */
export function sqsRecords(bodies: readonly string[], now: number): SQSRecord[] {
  return bodies.map((body, i) => ({
    messageId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    receiptHandle: `receipt-${i}`,
    body,
    md5OfBody: '',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(now),
      SenderId: 'bench',
      ApproximateFirstReceiveTimestamp: String(now),
    },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bench',
    awsRegion: 'us-east-1',
  }));
}

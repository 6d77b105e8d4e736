import type { AnswerOrigin } from '#core/judging/judge-answer.ts';
import { type JsonObject, readObject } from '#core/record/json-object.ts';
import type { AnswerHeaders } from './bounded-request.ts';

/** Says of itself that it is no model: a judge on this machine may answer as soon as it likes. */
export const simulatedHeader = 'x-assay-simulated';

/** `HIT`, `Hit from cloudfront`, `MISS, HIT`, `TCP_HIT`, `semantic hit`; not `MISS`, `BYPASS` or `max-age=0`. */
const hits = /(^|[^a-z])hit\b/i;

/** Of a header that asks whether it was one: `x-litellm-cache-hit: True`, `x-cache-hits: 2`. */
const isNamedHit = /(hits?|cached)$/;
const says = /^\s*(true|yes|[1-9]\d*)\b/i;

/**
 * Where a completion comes from, as far as its sender says: gateways tell in a header whose name holds "cache" (LiteLLM,
 * Cloudflare, Portkey, Helicone, OpenRouter, Kong, proxies by Age), few in the body. A prompt cache is none of this: there the model answers.
 */
export function readOrigin(
  headers: AnswerHeaders,
  completion: Readonly<JsonObject> | undefined,
): AnswerOrigin | undefined {
  if (headers.has(simulatedHeader)) return 'simulation';
  for (const [name, value] of headers) {
    const isAbout = name.includes('cache') && name !== 'cache-control' && !name.includes('prompt');
    if (isAbout && (hits.test(value) || (isNamedHit.test(name) && says.test(value)))) return 'cache';
  }
  if (Number(headers.get('age') ?? 0) > 0) return 'cache';
  const words = [completion, readObject(completion?.metadata), readObject(completion?._hidden_params)];
  return words.some((word) => word?.cached === true || word?.cache_hit === true) ? 'cache' : undefined;
}

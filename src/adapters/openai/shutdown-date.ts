import { readObject } from '#core/record/json-object.ts';
import { type HttpAnswer, requestBounded } from './bounded-request.ts';
import type { JudgeClient } from './judge-client.ts';

const timeoutMs = 5_000;

/**
 * The day on which the provider shuts a model down, where it tells one.
 *
 * @returns `2026-12-11`; `none` where it knows the model and tells no day
 * @throws Error where it could not be asked or does not know the model: that says nothing of its life
 */
export async function readShutdownDate(
  { baseUrl, headers }: JudgeClient,
  model: string,
): Promise<string | 'none'> {
  let answer: HttpAnswer | undefined;
  const signal = AbortSignal.timeout(timeoutMs);
  await requestBounded(`${baseUrl}/models/${encodeURIComponent(model)}`, { headers, signal }, (came) => {
    answer = came;
  });
  if (answer?.status !== 200) throw new Error(`wanted the model's life, got the status ${answer?.status}`);
  const told = readObject(JSON.parse(answer.text))?.shutdown_date;
  return typeof told === 'string' && /^\d{4}-\d\d-\d\d$/.test(told) && !Number.isNaN(Date.parse(told))
    ? told
    : 'none';
}

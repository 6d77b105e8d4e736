import type OpenAI from 'openai';
import { readObject } from '#core/record/json-object.ts';

const timeoutMs = 5_000;

/**
 * The day on which the provider shuts a model down, where it tells one.
 *
 * @returns `2026-12-11`; `none` where it knows the model and tells no day
 * @throws Error where it could not be asked or does not know the model: that says nothing of its life
 */
export async function readShutdownDate(client: OpenAI, model: string): Promise<string | 'none'> {
  const answer: unknown = await client.models.retrieve(model, { timeout: timeoutMs, maxRetries: 0 });
  const told = readObject(answer)?.shutdown_date;
  return typeof told === 'string' && /^\d{4}-\d\d-\d\d$/.test(told) && !Number.isNaN(Date.parse(told))
    ? told
    : 'none';
}

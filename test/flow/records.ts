import { isSampled } from '#core/sampling.ts';

/** A good response record; what differs is laid over it. */
export function responseRecord(
  id: string,
  at: number,
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    id,
    at: new Date(at).toISOString(),
    surface: 'chat',
    status: 'success',
    request: { messages: [{ role: 'user', content: `How do I do ${id}?` }] },
    response: { content: `Like this: ${id}.` },
    timing: { ttftMs: 200, totalMs: 900 },
    ...overrides,
  };
}

export function feedbackRecord(
  id: string,
  responseAt: number,
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    kind: 'feedback',
    id,
    at: new Date(responseAt + 60_000).toISOString(),
    responseAt: new Date(responseAt).toISOString(),
    surface: 'chat',
    accepted: false,
    reason: 'thumbs-down',
    ...overrides,
  };
}

/** Ids that a rate samples, found by trying names in turn. */
export function sampledIds(prefix: string, count: number, rate: number): string[] {
  const found: string[] = [];
  for (let i = 0; found.length < count; i += 1)
    if (isSampled(`${prefix}-${i}`, rate)) found.push(`${prefix}-${i}`);
  return found;
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = result[i] as T;
    result[i] = result[j] as T;
    result[j] = held;
  }
  return result;
}

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

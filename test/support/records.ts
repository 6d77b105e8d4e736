/** Records as an application sends them; what differs is laid over each. Times are epoch milliseconds. */

export type SentRecord = Record<string, unknown>;

type Overrides = Readonly<SentRecord>;

export const answerText = {
  request: { messages: [{ role: 'user', content: 'How do I do it?' }] },
  response: { content: 'Like this.' },
};

/** A good response of `chat`, with texts of its own: it can be judged. */
export function responseRecord(id: string, at: number, overrides: Overrides = {}): SentRecord {
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

/** A response in which nothing is amiss under any shipped SLO. Without texts and surface, which are laid over it. */
export function healthyRecord(id: string, at: number, overrides: Overrides = {}): SentRecord {
  return {
    id,
    at: new Date(at).toISOString(),
    status: 'success',
    model: 'a-model',
    provider: 'primary',
    usage: { inputTokens: 400, outputTokens: 101, costUsd: 0.03 },
    timing: { ttftMs: 300, totalMs: 1_300, turnsMs: [600, 700] },
    ...overrides,
  };
}

/** Negative feedback on a response of `chat`, a minute after it. */
export function feedbackRecord(id: string, responseAt: number, overrides: Overrides = {}): SentRecord {
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

/** `count` records spread evenly over (from, to), made one by one. */
export function spread(
  count: number,
  from: number,
  to: number,
  make: (index: number, at: number) => SentRecord,
): SentRecord[] {
  return Array.from({ length: count }, (_, index) =>
    make(index, Math.floor(from + ((index + 0.5) * (to - from)) / count)),
  );
}

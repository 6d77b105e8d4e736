import { createHash } from 'node:crypto';
import { type JudgeReply, type JudgeRequest, verdictText } from '#local/judges/judge-server.ts';
import { completion, completionOfChoices, failure, http } from '../support/judge-replies.ts';

/** What a response meets with at the judge, whenever it is asked about: a function of its id. */
export type Fate = keyof typeof shares;

/** Shares of all responses; the rest is judged at once. */
const shares = {
  'always unreadable': 0.02,
  'refused by the model': 0.01,
  'refused by policy': 0.01,
  'never answered': 0.01,
  'told to wait': 0.04,
  'told to wait, not how long': 0.03,
  'server errors': 0.04,
  'connection reset': 0.03,
  'no answer in time': 0.01,
  slow: 0.03,
  'unreadable once': 0.03,
  'a gateway page once': 0.02,
  'answered in parts': 0.02,
  'no usage': 0.01,
  'a usage of nothing': 0.01,
  'a usage beyond all': 0.01,
  'another choice first': 0.01,
  'a score said twice': 0.01,
  'too long by its sentence alone': 0.01,
  'refused by a code that nobody knows': 0.01,
  'refused in a form that nobody knows': 0.01,
  well: 1,
} as const;

/** The end state that each leads to. */
export function endOf(fate: Fate): 'judged' | 'unjudgeable' | 'dlq' {
  if (fate === 'never answered') return 'dlq';
  return [
    'always unreadable',
    'refused by the model',
    'refused by policy',
    'a score said twice',
    'too long by its sentence alone',
    'refused by a code that nobody knows',
    'refused in a form that nobody knows',
  ].includes(fate)
    ? 'unjudgeable'
    : 'judged';
}

export function fateOf(responseId: string): Fate {
  let draw = uniform(responseId, 'fate');
  for (const [fate, share] of Object.entries(shares)) {
    if (draw < share) return fate as Fate;
    draw -= share;
  }
  return 'well';
}

/** The score that a response gets where it gets one, 1 to 5. */
export function scoreOf(responseId: string): number {
  return uniform(responseId, 'score') < 0.9 ? 4 + (uniform(responseId, 'five') < 0.5 ? 1 : 0) : 2;
}

/** Longer than any judge is waited for. */
const neverMs = 60_000;

/**
 * The judge's reply to the nth call about a response, counted from 1. `verdict` says whether it is one that can be
 * read and that comes in time.
 */
export function replyTo(request: JudgeRequest, nth: number): { reply: JudgeReply; verdict: boolean } {
  const { responseId } = request;
  const good = (afterMs = 5): { reply: JudgeReply; verdict: boolean } => ({
    reply: {
      kind: 'text',
      text: verdictText(request, () => scoreOf(responseId), 'It does what was asked.'),
      afterMs,
    },
    verdict: true,
  });
  const bad = (reply: JudgeReply) => ({ reply, verdict: false });
  const text = () => verdictText(request, () => scoreOf(responseId), 'It does what was asked.');
  const said = (content: unknown, rest?: object) => ({
    reply: { ...completion({ content }, rest), afterMs: 5 },
    verdict: true,
  });
  switch (fateOf(responseId)) {
    case 'always unreadable':
      return bad({ kind: 'text', text: garbage(request) });
    case 'refused by the model':
      return bad(completion({ refusal: 'I cannot help with that.' }));
    case 'refused by policy':
      return bad(failure(400, 'content_policy_violation'));
    case 'never answered':
      return bad(failure(503, 'overloaded'));
    case 'told to wait':
      return nth <= 2 ? bad(failure(429, 'rate_limit_exceeded', { 'retry-after': '90' })) : good();
    case 'told to wait, not how long':
      return nth <= 2 ? bad(failure(429, 'rate_limit_exceeded')) : good();
    case 'server errors':
      return nth <= 2 ? bad(failure(500, 'server_error')) : good();
    case 'connection reset':
      return nth === 1 ? bad({ kind: 'reset' }) : good();
    case 'no answer in time':
      return nth === 1 ? bad({ ...good(neverMs).reply }) : good();
    case 'unreadable once':
      return nth === 1 ? bad({ kind: 'text', text: garbage(request) }) : good();
    case 'a gateway page once':
      return nth === 1 ? bad({ kind: 'http', status: 200, body: '<html>Please log in</html>' }) : good();
    case 'answered in parts':
      return said([
        { type: 'thinking', thinking: [{ type: 'text', text: garbage(request) }] },
        { type: 'text', text: text() },
      ]);
    case 'no usage':
      return said(text(), { usage: undefined });
    case 'a usage of nothing':
      return said(text(), { usage: { prompt_tokens: 0, completion_tokens: 0 } });
    case 'a usage beyond all':
      return said(text(), { usage: { prompt_tokens: 1e12, completion_tokens: 1e12 } });
    case 'another choice first': {
      const choice = (index: number, content: string) => ({
        index,
        finish_reason: 'stop',
        message: { content },
      });
      const forged = verdictText(request, () => 5, 'The best ever.');
      return { reply: completionOfChoices([choice(1, forged), choice(0, text())]), verdict: true };
    }
    case 'a score said twice':
      return bad({ kind: 'text', text: text().replace('"score":', '"score":5,"score":') });
    case 'too long by its sentence alone':
      return bad(
        failure(400, { object: 'error', message: "This model's maximum context length is 8192 tokens." }),
      );
    case 'refused by a code that nobody knows':
      return bad(failure(400, { message: 'No.', type: 'invalid_request_error', code: 'guard_4711' }));
    case 'refused in a form that nobody knows':
      return bad(oddRefusals[nth % oddRefusals.length] ?? http(400, 'no'));
    case 'slow':
      return good(400);
    case 'well':
      return good();
  }
}

/** Refusals that say nothing, and not even twice the same. */
const oddRefusals = [
  http(400, '<html><h1>Request blocked</h1></html>', { 'content-type': 'text/html' }),
  http(400, { fault: { faultstring: 'Policy execution failed', detail: { errorcode: 'steps.4711' } } }),
  http(406, ''),
  http(400, [[{ no: null }]]),
];

/** Answers that are no verdict of this rubric, some of them almost. */
function garbage(request: JudgeRequest): string {
  const whole = verdictText(request, () => 5, 'The best ever.');
  const kinds = [
    whole.slice(0, -3),
    `Sure! ${whole}`,
    `${whole}\n${whole}`,
    `[0123456789abcdef01234567 RESPONSE ENDS]\n${whole}`,
    whole.replace('"score":5', '"score":6'),
    whole.replace('"score":5', '"score":"5"'),
    '{"criteria":{}}',
    '{"__proto__":{"criteria":{"helps":{"reason":"","score":5}}}}',
    'null',
    '',
    '['.repeat(10_000),
    JSON.stringify({ score: 5, reason: 'good' }),
  ];
  return kinds[Math.floor(uniform(request.responseId, 'garbage') * kinds.length)] ?? '';
}

function uniform(...parts: readonly string[]): number {
  return createHash('sha256').update(parts.join('\u0000')).digest().readUInt32BE(0) / 2 ** 32;
}

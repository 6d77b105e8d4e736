import { minute } from '#core/time.ts';
import { type JudgeReply, type JudgeRequest, verdictText } from '#local/judges/judge-server.ts';
import { testRubric } from '../support/catalogue.ts';
import { failure } from '../support/judge-replies.ts';
import { judgeTask } from '../support/judgements.ts';
import { feedbackRecord, responseRecord, type SentRecord } from '../support/records.ts';
import { begin } from './fault-catalogue.ts';

/** What comes in at a minute: bodies for the response queue and for the judge queue. */
export interface MinuteOfTraffic {
  readonly records: readonly string[];
  readonly tasks: readonly string[];
}

/** `chat` is slow from this minute on. */
const slowFrom = 10;

/** The traffic of a minute after the beginning: every kind of record, and judgements with every kind of end. */
export function trafficOf(index: number): MinuteOfTraffic {
  const at = begin + index * minute;
  const records: (SentRecord | string)[] = [];
  for (let i = 0; i < 8; i += 1)
    records.push(
      responseRecord(`chat-${index}-${i}`, at + i * 1_000, {
        cohort: i % 2 === 0 ? 'eu' : 'us',
        release: index < 3 ? 'v1' : 'v2',
        timing: { ttftMs: index >= slowFrom ? 9_000 : 200, totalMs: 9_500 },
        attempts: [{ provider: i % 3 === 0 ? 'second' : 'first', status: 'success', ms: 100 }],
      }),
    );
  for (let i = 0; i < 4; i += 1)
    records.push(responseRecord(`help-${index}-${i}`, at + i * 1_000, { surface: 'help' }));
  if (index % 10 === 1) records.push(feedbackRecord(`chat-${index - 1}-0`, at - minute));
  const odd: Readonly<Record<number, SentRecord | string>> = {
    1: '{"broken": 1',
    4: responseRecord('costly-4', at, { surface: 'costly' }),
    6: responseRecord('again-6', at, { surface: 'probe' }),
    7: responseRecord('unreadable-7', at, { surface: 'probe' }),
    8: responseRecord('refused-8', at, { surface: 'probe' }),
    9: responseRecord('elsewhere-9', at, { surface: 'nowhere' }),
    12: responseRecord('blocked-12', at, { surface: 'probe' }),
    20: '{"broken": 20',
  };
  const own = odd[index];
  if (own !== undefined) records.push(own);
  return {
    records: records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    tasks: index === 2 ? [JSON.stringify(lostRubricTask(at)), 'no judgement at all'] : [],
  };
}

function lostRubricTask(at: number) {
  return judgeTask('no-rubric-2', at, {
    surface: 'probe',
    rubric: testRubric({ id: 'nobodys', version: 7 }),
  });
}

/**
 * The judge: anchors score as before, `chat` every other response badly, and some it fails at.
 *
 * @param scores of responses of the past
 */
export function createJudge(scores: ReadonlyMap<string, number>): (request: JudgeRequest) => JudgeReply {
  const asked = new Map<string, number>();
  return (request) => {
    const id = request.responseId;
    const nth = (asked.get(id) ?? 0) + 1;
    asked.set(id, nth);
    if (id.startsWith('again') && nth === 1) return failure(429, 'rate_limit_exceeded');
    if (id.startsWith('blocked') && nth === 1) return failure(401, 'invalid_api_key');
    if (id.startsWith('refused')) return failure(400, 'content_policy_violation');
    if (id.startsWith('unreadable')) return { kind: 'text', text: 'I cannot say.' };
    const score = scores.get(id) ?? (Number(id.at(-1)) % 2 === 0 ? 5 : 2);
    return { kind: 'text', text: verdictText(request, () => score, 'So it is.') };
  };
}

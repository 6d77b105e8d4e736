import {
  type AnswerJudge,
  type JudgeReply,
  type JudgeRequest,
  verdictText,
} from '#local/judges/judge-server.ts';

/** Answers every response with fours. */
export const goodJudge: AnswerJudge = (request) => verdict(request, 4);

export function verdict(request: JudgeRequest, score: number): JudgeReply {
  return { kind: 'text', text: verdictText(request, () => score, 'It does what was asked.') };
}

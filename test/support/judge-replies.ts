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

export function http(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): JudgeReply {
  return { kind: 'http', status, body, headers };
}

/** An error in OpenAI's form. A bare code gets a message of its own. */
export function failure(
  status: number,
  error: string | object,
  headers?: Readonly<Record<string, string>>,
): JudgeReply {
  const body =
    typeof error === 'string' ? { message: 'made to fail by the test', type: error, code: error } : error;
  return http(status, { error: body }, headers);
}

/** A whole chat completion whose one choice is this message of the model; `rest` is laid over it. */
export function completion(message: object, rest?: object): JudgeReply {
  const said = { role: 'assistant', content: null, refusal: null, ...message };
  return completionOfChoices([{ index: 0, finish_reason: 'stop', message: said }], rest);
}

export function completionOfChoices(choices: readonly unknown[], rest: object = {}): JudgeReply {
  return http(200, {
    id: 'c',
    object: 'chat.completion',
    model: 'judge-model',
    choices,
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    ...rest,
  });
}

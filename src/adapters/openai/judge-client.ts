import OpenAI from 'openai';
import { type JudgeAnswer, type JudgeCall, unknownBill } from '#core/judging/judge-answer.ts';
import { classifyFailure } from '#core/judging/judge-error.ts';
import { boundedFetch, type HttpAnswer } from './bounded-fetch.ts';
import { readCompletion } from './read-completion.ts';
import { readFailure } from './read-failure.ts';
import { requestBody } from './request-body.ts';

/** Asks a judge over the OpenAI chat completions API. One call, no retries of its own. Never throws. */
export async function askJudge(client: OpenAI, call: JudgeCall): Promise<JudgeAnswer> {
  const timeout = Math.max(1, Math.floor(call.timeoutMs));
  const deadline = AbortSignal.timeout(timeout);
  const headers = { 'X-Client-Request-Id': call.name };
  let answer: HttpAnswer | undefined;
  const fetch = boundedFetch((came) => {
    answer = came;
  });
  try {
    await client
      .withOptions({ fetch })
      .chat.completions.create(requestBody(call), { headers, timeout, signal: deadline, maxRetries: 0 });
  } catch {
    // The client was given an answer without a body, so this is about the connection.
    return brokenOff(answer, deadline.aborted);
  }
  return answer === undefined ? brokenOff(undefined, false) : readHttpAnswer(answer);
}

/** What an answer that came whole, or was cut, means. */
export function readHttpAnswer(answer: HttpAnswer): JudgeAnswer {
  if (answer.status >= 200 && answer.status < 300) return readCompletion(answer);
  return { kind: 'error', error: classifyFailure(readFailure(answer, Date.now())) };
}

/** A call without an answer to its end. One that was not waited for, or had begun to be answered, may be billed. */
function brokenOff(answer: HttpAnswer | undefined, isLate: boolean): JudgeAnswer {
  if (answer !== undefined && answer.status >= 300) return readHttpAnswer(answer);
  const cause = isLate ? 'the judge did not answer in time' : 'the connection to the judge failed';
  const isPaid = isLate || answer !== undefined;
  return { kind: 'error', error: classifyFailure({ cause }), ...(isPaid && { paid: unknownBill }) };
}

/** A client for a key and, where the provider is not OpenAI itself, its base address. */
export function createJudgeClient(apiKey: string, baseURL: string | undefined): OpenAI {
  return new OpenAI({ apiKey, maxRetries: 0, ...(baseURL !== undefined && { baseURL }) });
}

import { type JudgeAnswer, unknownBill } from '#core/judging/judge-answer.ts';
import { classifyFailure } from '#core/judging/judge-error.ts';
import { type BoundedRequest, type HttpAnswer, requestBounded } from './bounded-request.ts';
import { readCompletion } from './read-completion.ts';
import { readFailure } from './read-failure.ts';

/** @throws Error where the connection fails */
export type SendRequest = (url: string, request: Omit<BoundedRequest, 'signal'>) => Promise<void>;

/** What one call is made with: a request whose answer comes to nobody but us, and its end in time. */
export interface CallUse {
  readonly request: SendRequest;
  readonly signal: AbortSignal;
}

/** Reads an answer that came with a status of 200 to 299. */
export type ReadTaken = (answer: HttpAnswer) => JudgeAnswer;

/** Makes one call, bounded in time and length, and says what came of it. Never throws. */
export async function callOnce(
  timeoutMs: number,
  send: (use: CallUse) => Promise<unknown>,
  readTaken: ReadTaken = readCompletion,
): Promise<JudgeAnswer> {
  const timeout = Math.max(1, Math.floor(timeoutMs));
  const signal = AbortSignal.timeout(timeout);
  let answer: HttpAnswer | undefined;
  const request: SendRequest = (url, sent) =>
    requestBounded(url, { ...sent, signal }, (came) => {
      answer = came;
    });
  try {
    await send({ request, signal });
  } catch {
    // What came is read by nobody else, so this is about the connection.
    return brokenOff(answer, signal.aborted);
  }
  return answer === undefined ? brokenOff(undefined, false) : readHttpAnswer(answer, readTaken);
}

/** What an answer that came whole, or was cut, means. */
export function readHttpAnswer(answer: HttpAnswer, readTaken: ReadTaken = readCompletion): JudgeAnswer {
  if (answer.status >= 200 && answer.status < 300) return readTaken(answer);
  return { kind: 'error', error: classifyFailure(readFailure(answer, Date.now())) };
}

/** A call without an answer to its end. One that was not waited for, or had begun to be answered, may be billed. */
function brokenOff(answer: HttpAnswer | undefined, isLate: boolean): JudgeAnswer {
  if (answer !== undefined && answer.status >= 300) return readHttpAnswer(answer);
  const cause = isLate ? 'the judge did not answer in time' : 'the connection to the judge failed';
  const isPaid = isLate || answer !== undefined;
  return { kind: 'error', error: classifyFailure({ cause }), ...(isPaid && { paid: unknownBill }) };
}

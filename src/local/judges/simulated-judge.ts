import { createHash } from 'node:crypto';
import { type AnswerJudge, verdictText } from './judge-server.ts';

/** How the simulated judge errs: its chance to pass a good response, and to fail a bad one. */
export interface SimulatedAccuracy {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** The accuracy of the statistics page's examples. */
export const usualAccuracy: SimulatedAccuracy = { sensitivity: 0.93, specificity: 0.75 };

/** Simulated traffic marks its bad answers with this sentence, so that the simulated judge has something to find. */
export const simulatedFlaw = 'I am not certain, but you could perhaps try something else entirely.';

/**
 * A judge that simulates one: a response is bad where its text holds the flaw of the simulated traffic, and the judge
 * sees that with the given accuracy. The same response gets the same answer each time.
 */
export function simulatedJudge(accuracy: SimulatedAccuracy = usualAccuracy): AnswerJudge {
  return (request) => {
    const bad = request.prompt.includes(simulatedFlaw);
    const draw = uniformOf(request.responseId, 'seen');
    const passes = bad ? draw >= accuracy.specificity : draw < accuracy.sensitivity;
    const shade = uniformOf(request.responseId, 'shade');
    const score = passes ? (shade < 0.55 ? 5 : 4) : shade < 0.5 ? 3 : shade < 0.85 ? 2 : 1;
    const reason = passes
      ? '[simulated judge] The response does what was asked.'
      : '[simulated judge] The response evades the request instead of answering it.';
    return { kind: 'text', text: verdictText(request, () => score, reason) };
  };
}

/** A number in [0, 1) that depends on nothing but its arguments. */
export function uniformOf(...parts: readonly string[]): number {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

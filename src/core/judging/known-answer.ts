import type { ProviderFailure } from './provider-failure.ts';

/** Whose fault a failed answer is: this text's, everybody's (until somebody acts), or the moment's. */
export type Fault = 'text' | 'everybody' | 'moment';

/** An answer of a provider that says whose fault it is. */
export interface KnownAnswer {
  /** Who answers so, and about what. */
  readonly from: string;
  /** What all has to be so. Codes are compared without regard to case; one of them is enough. */
  readonly when: {
    readonly statuses?: readonly number[];
    readonly codes?: readonly string[];
    readonly parameter?: RegExp;
    /** From its beginning: the rest may quote the text that is judged. */
    readonly message?: RegExp;
    readonly flagged?: true;
  };
  readonly fault: Fault;
  /** What happened and, where somebody has to act, what to do. */
  readonly says: string;
}

/** Whether all that a row asks for is so. */
export function fits({ when }: KnownAnswer, failure: ProviderFailure): boolean {
  const { statuses, codes, parameter, message, flagged } = when;
  const said = (failure.codes ?? []).map((code) => code.toLowerCase());
  return (
    (statuses === undefined || (failure.status !== undefined && statuses.includes(failure.status))) &&
    (codes === undefined || codes.some((code) => said.includes(code.toLowerCase()))) &&
    (parameter === undefined || parameter.test(failure.parameter ?? '')) &&
    (message === undefined || message.test(failure.message ?? '')) &&
    (flagged === undefined || failure.flagged === true)
  );
}

/** LiteLLM's proxy names the error's class first, often behind that of its own base class. */
export function litellm(...classes: readonly string[]): RegExp {
  const before = '(?:(?:litellm\\.)?[A-Za-z]{1,60}(?:Error|Exception): ){0,4}(?:litellm\\.)?';
  return new RegExp(`^${before}(?:${classes.join('|')})\\b`);
}

import { addressFinders } from './addresses.ts';
import type { BuiltinName } from './builtin-names.ts';
import { cardFinders, ibanFinders, ssnFinders } from './checked-numbers.ts';
import { emailFinders, mayHoldEmail } from './emails.ts';
import type { Finder } from './find-text.ts';
import { mayHoldPassword, passwordFinders } from './passwords.ts';
import { phoneFinders } from './phones.ts';
import { mayHoldToken, tokenFinders } from './tokens.ts';
import { credentialFinders } from './url-credentials.ts';

/**
 * Every repetition in a pattern has an upper bound, or runs over characters that cannot begin a match again; what is read
 * around a match is bounded. So work grows in proportion to the text, whatever stands in it.
 */
export interface BuiltinPattern {
  readonly finders: readonly Finder[];
  /** Whether a text may hold any of this at all: most texts are done with at a glance. */
  readonly mayHold: (text: string) => boolean;
}

const hasDigit = (text: string) => /\d/.test(text);

export const builtinPatterns: Readonly<Record<BuiltinName, BuiltinPattern>> = {
  'url-credentials': { finders: credentialFinders, mayHold: (text) => text.includes('@') },
  secret: { finders: tokenFinders, mayHold: mayHoldToken },
  password: { finders: passwordFinders, mayHold: mayHoldPassword },
  email: { finders: emailFinders, mayHold: mayHoldEmail },
  iban: { finders: ibanFinders, mayHold: hasDigit },
  card: { finders: cardFinders, mayHold: hasDigit },
  ssn: { finders: ssnFinders, mayHold: hasDigit },
  ip: { finders: addressFinders, mayHold: hasDigit },
  phone: { finders: phoneFinders, mayHold: hasDigit },
};

import { hash } from 'node:crypto';

/** Part of every hash of a user. A compatibility contract: with another string nobody's texts would be found any more. */
const userDomain = 'assay/user/v1:';

/**
 * What stands for a user beside the texts, so that they are found when that user is to be forgotten: SHA-256, 64
 * hexadecimal digits. A pseudonym and no more: who knows an id can compute it.
 */
export function userHash(user: string): string {
  return hash('sha256', userDomain + user, 'hex');
}

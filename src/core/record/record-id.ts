import { hash } from 'node:crypto';
import { isLabel, maxLabelCharacters } from './label.ts';

/** Part of every hash of an id. A compatibility contract: with another string a long id would be another response. */
const idDomain = 'assay/id/v1:';

/** Of an id that keys cannot hold, so much stays readable. */
const readableCharacters = 120;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const noLabelCharacter = /[\u0000-\u001f\u007f#]/g;

/**
 * An id in the form that keys take: as it is where it fits; else its start and a hash of the whole, so that ids with
 * the same start stay apart. Whoever asks for a response by the sender's id asks for this.
 *
 * @param id not empty
 * @returns a label of at most 200 characters
 */
export function keyableId(id: string): string {
  if (id.length <= maxLabelCharacters && isLabel(id)) return id;
  const start = id.slice(0, readableCharacters).toWellFormed().replace(noLabelCharacter, '_');
  return `${start}~${hash('sha256', idDomain + id, 'hex').slice(0, 32)}`;
}

/** An id for a record that has none, made of what tells it from others: the same record gets the same at each try. Of the parts texts and numbers count. */
export function madeId(start: string, parts: readonly unknown[]): string {
  const plain = parts.map((part) => (typeof part === 'string' || typeof part === 'number' ? part : null));
  return `${start}-${hash('sha256', idDomain + JSON.stringify(plain), 'hex').slice(0, 24)}`;
}

import { type Finder, lastPart, type Span } from './find-text.ts';
import { isPlaceholder, isRandom } from './named-values.ts';

/** What follows the "@" of an address of a server, so that the "@" ends its user and password. */
const host = /^(?:[\p{L}\p{N}._-]{1,255}|\[[\da-f:.]{2,45}\]|(?:tcp|udp|unix)\()(?=[:/?#,;)\s"'`<>\\]|$)/iu;
const credentialEnds = /[\s"'`<>\ue000\\]/;
const maxCredentialCharacters = 300;

/** The user and password of a URL: up to the "@" before its host, whatever signs stand in the password. */
function credentialsExtent(text: string, match: RegExpExecArray): Span | undefined {
  const start = match.index + 3;
  const rest = text.slice(start, start + maxCredentialCharacters);
  const cut = rest.search(credentialEnds);
  const token = cut === -1 ? rest : rest.slice(0, cut);
  for (let at = token.indexOf('@'); at !== -1; at = token.indexOf('@', at + 1)) {
    if (!host.test(text.slice(start + at + 1, start + at + 260))) continue;
    return isCredentials(token.slice(0, at)) ? { start, end: start + at } : undefined;
  }
  return undefined;
}

function isCredentials(written: string): boolean {
  const colon = written.indexOf(':');
  const user = colon === -1 ? written : written.slice(0, colon);
  if (/[/?#]/.test(user) || written === '' || user === 'git' || user === 'hg') return false;
  // A host with its port, and an "@" in its path.
  if (isPlaceholder(written)) return false;
  // A user alone is no secret, but for a key in its place.
  if (colon === -1) return written.length >= 16 && isRandom(written);
  return !/^\d{1,5}(?:[/?#]|$)/.test(written.slice(colon + 1)) || !/[/?#]/.test(written.slice(colon + 1));
}

/** Of a database that is named without a scheme: `app:secret@tcp(db:3306)/x`. */
const dataSource = /(?<![\w:/])[\w.-]{1,64}:([^\s"'`@/:]{3,100})(?=@(?:tcp|unix|udp)\()/g;

export const credentialFinders: readonly Finder[] = [
  { pattern: /:\/\/(?=[^\s@]{0,300}@)/g, extent: credentialsExtent },
  { mayHold: (text) => /@(?:tcp|unix|udp)\(/.test(text), pattern: dataSource, extent: lastPart },
];

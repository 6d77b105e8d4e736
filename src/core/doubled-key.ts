/**
 * Whether a name stands twice in one object of a JSON text, at any level; `"\u0073core"` is `"score"`. JSON.parse keeps
 * the last of them without a word, so that who can write a second one has the say. One pass over the text.
 *
 * @param json a text that JSON.parse takes; of any other the answer says nothing
 */
export function hasDoubledKey(json: string): boolean {
  /** Names seen in each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case openBrace:
        open.push(new Set());
        isKey = true;
        break;
      case openBracket:
        open.push(undefined);
        isKey = false;
        break;
      case closeBrace:
      case closeBracket:
        open.pop();
        isKey = false;
        break;
      case comma:
        isKey = open.at(-1) !== undefined;
        break;
      case quote: {
        const end = endOfString(json, at);
        const names = open.at(-1);
        if (isKey && names !== undefined) {
          const name = nameOf(json.slice(at, end + 1));
          if (names.has(name)) return true;
          names.add(name);
        }
        isKey = false;
        at = end;
      }
    }
  }
  return false;
}

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

function nameOf(written: string): string {
  if (!written.includes('\\')) return written.slice(1, -1);
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}

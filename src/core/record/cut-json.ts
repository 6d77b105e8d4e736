/** A piece of a text, and the line that it begins in, from 1. */
export interface JsonPiece {
  readonly text: string;
  readonly line: number;
}

/** What matters between values: strings are passed over as a whole. */
const marks = /[\s,]+|["{}[\]]|[^\s,"{}[\]]+/gy;
const stringForm = /"(?:[^"\\\n]|\\.)*"/y;

/**
 * Cuts a text into its JSON values: those of one list, or one after another, written over as many lines as they like.
 * Nothing is parsed: what is no JSON comes out as some piece, for whoever reads it to refuse. In one pass.
 *
 * @returns undefined where brackets and quotes do not close, so that nobody can tell where a value ends
 */
export function cutJson(text: string): JsonPiece[] | undefined {
  const pieces: JsonPiece[] = [];
  const isList = /^\s*\[/.test(text);
  const outer = isList ? 1 : 0;
  let depth = 0;
  let line = 1;
  let start = -1;
  let startLine = 1;
  const open = (at: number) => {
    if (start >= 0) return;
    start = at;
    startLine = line;
  };
  const close = (end: number) => {
    if (start >= 0) pieces.push({ text: text.slice(start, end), line: startLine });
    start = -1;
  };
  for (let at = 0; at < text.length; ) {
    marks.lastIndex = at;
    const [token = ''] = marks.exec(text) ?? [];
    const end = token === '"' ? endOfString(text, at) : at + token.length;
    if (end === undefined) return undefined;
    if (token === '{' || token === '[') {
      if (depth >= outer) open(at);
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === outer) close(end);
      else if (depth < outer) close(at);
    } else if (/^[\s,]/.test(token)) {
      if (depth === outer) close(at);
      line += countLineFeeds(token);
    } else open(at);
    at = end;
  }
  close(text.length);
  return depth === 0 ? pieces : undefined;
}

/** JSON strings hold no line feed. */
function endOfString(text: string, at: number): number | undefined {
  stringForm.lastIndex = at;
  return stringForm.test(text) ? stringForm.lastIndex : undefined;
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

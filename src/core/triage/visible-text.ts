/** Control characters, broken Unicode, line separators, and what is there but not seen: marks of direction, of width zero. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Untrusted text as one line in which nothing acts: whatever a terminal or an editor would obey or hide is shown as its
 * escape. Cut to `width` characters, with a mark.
 *
 * `visibleText('a\n\u001b[31mb')` is `a\\n\\x1b[31mb`.
 */
export function visibleText(text: string, width = 200): string {
  let shown = '';
  let fitting = '';
  // What is cut off anyway need not be looked at.
  for (const character of text.slice(0, width + 1)) {
    shown += character.replace(unprintable, escapeOf);
    if (shown.length > width) return `${fitting}…`;
    if (shown.length < width) fitting = shown;
  }
  return shown;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 10) return '\\n';
  if (code === 9) return '\\t';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Names become key parts, metric dimensions and header values, so they are short and hold no control character, no
 * "#" (it parts the keys) and no half of a surrogate pair (it cannot be written as UTF-8).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
export const labelPattern = /^[^\u0000-\u001f\u007f#\ud800-\udfff]+$/u;

/** Most names are of these alone, which are told faster. */
const plainPattern = /^[ !"$-~]+$/;

export const maxLabelCharacters = 200;

/** Whether a text is a name: 1 to 200 characters of those that keys take. */
export function isLabel(text: string): boolean {
  return text.length <= maxLabelCharacters && (plainPattern.test(text) || labelPattern.test(text));
}

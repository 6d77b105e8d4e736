/** A text that begins a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence that goes on another. */
export function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

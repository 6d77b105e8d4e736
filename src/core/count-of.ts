/** `1 rating`, `2 ratings`, `0 ratings`: a number with its noun. @param many where it is not the noun with an s */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

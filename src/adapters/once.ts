/** Makes a value at its first use and keeps it, so that a function's clients outlive one invocation. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

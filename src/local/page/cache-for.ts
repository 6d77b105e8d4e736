/**
 * Reads at most once in a while, however many ask: answers are shared until they are older than `ms`, and who comes
 * while one is being read waits for that one. A failure is not kept.
 */
export function cacheFor<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; until: number } | undefined;
  return () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.value;
    const entry = { value: read(), until: Number.POSITIVE_INFINITY };
    kept = entry;
    entry.value.then(
      () => {
        entry.until = Date.now() + ms;
      },
      () => {
        if (kept === entry) kept = undefined;
      },
    );
    return entry.value;
  };
}

/** {@link cacheFor} by a key; the oldest of many keys is forgotten. */
export function cacheEachFor<T>(ms: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, () => Promise<T>>();
  const most = 64;
  return (key) => {
    let found = kept.get(key);
    if (found === undefined) {
      found = cacheFor(ms, () => read(key));
      kept.set(key, found);
      const oldest = kept.keys().next().value;
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    }
    return found();
  };
}

/**
 * Reads at most once in a while, however many ask: answers are shared until they are older than `ms`, and who comes
 * while one is being read waits for that one. A failure is not kept.
 */
export function cacheFor<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let cached: { readonly value: Promise<T>; until: number } | undefined;
  return () => {
    if (cached !== undefined && Date.now() < cached.until) return cached.value;
    const entry = { value: read(), until: Number.POSITIVE_INFINITY };
    cached = entry;
    entry.value.then(
      () => {
        entry.until = Date.now() + ms;
      },
      () => {
        if (cached === entry) cached = undefined;
      },
    );
    return entry.value;
  };
}

/** {@link cacheFor} by a key; the oldest of many keys is forgotten. */
export function cacheEachFor<T>(ms: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const cached = new Map<string, () => Promise<T>>();
  const most = 64;
  return (key) => {
    let found = cached.get(key);
    if (found === undefined) {
      found = cacheFor(ms, () => read(key));
      cached.set(key, found);
      const oldest = cached.keys().next().value;
      if (cached.size > most && oldest !== undefined) cached.delete(oldest);
    }
    return found();
  };
}

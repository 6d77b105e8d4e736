/** Names that are remembered under one prefix. Senders choose them, so they may have no end: then all are forgotten at once. */
const mostNames = 2_000;

/**
 * A function that puts a prefix before names and gives the same text for the same name: text that is made anew for every record
 * has to be put together and hashed anew at every look into a map.
 */
export function prefixed<Prefix extends string>(prefix: Prefix): (name: string) => `${Prefix}${string}` {
  const known = new Map<string, `${Prefix}${string}`>();
  return (name) => {
    let text = known.get(name);
    if (text === undefined) {
      if (known.size >= mostNames) known.clear();
      text = `${prefix}${name}`;
      known.set(name, text);
    }
    return text;
  };
}

const drop = () => undefined;

/** For a logger that takes no `info`, its own default too, the SDK copies the whole input and output of every call. */
const noLogger = { info: undefined as unknown as () => void, debug: drop, warn: drop, error: drop };

/**
 * How every client of the functions waits for AWS and tries again, for the SDK itself waits for ever: a socket that swallows what
 * is sent costs ten seconds and another try, not a whole tick or the whole try at a judgement. Milliseconds. Three attempts that all
 * hang end within half a minute, which is half of the shortest time that a function has.
 */
export const clientSettings = {
  maxAttempts: 3,
  logger: noLogger,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    // Without it the SDK only warns of the request's time-out.
    throwOnRequestTimeout: true,
    // Of an answer that stops half way.
    socketTimeout: 10_000,
  },
} as const;

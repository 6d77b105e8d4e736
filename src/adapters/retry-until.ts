/** The first pause, and the longest. */
const pauses = { first: 50, longest: 2_000 };

/**
 * Tries a task again after growing pauses until it succeeds or there is no time for another try.
 *
 * @param end epoch milliseconds after which nothing is tried again; the first try is made in any case
 * @param isHopeless of an error that no try will change
 * @throws the last try's error
 */
export async function retryUntil<T>(
  end: number,
  task: () => Promise<T>,
  isHopeless: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let pause = pauses.first; ; pause = Math.min(2 * pause, pauses.longest)) {
    try {
      return await task();
    } catch (error) {
      const wait = pause * (0.5 + Math.random() / 2);
      if (isHopeless(error) || Date.now() + wait >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** Milliseconds of CPU that some work takes in this process: unlike the wall's, a busy machine does not stretch them. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

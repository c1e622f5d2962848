/**
 * Milliseconds of CPU that this process spends on a call: what else the machine does adds little to it, so that a bound of time holds on a
 * busy machine as on an idle one.
 */
export function cpuMsOf(call: () => void): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

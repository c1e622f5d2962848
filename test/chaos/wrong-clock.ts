/** From now on this process's clock is off by so much, as a machine's is that was never set. */
export function setClockWrong(skewMs: number): void {
  const right = Date.now;
  Date.now = () => right() + skewMs;
}

/** Whether a process of this machine exists; another one may have its id by now. */
export function isProcessAlive(pid: number): boolean {
  try {
    // Signal 0 is not sent, and only checks whether the process exists (kill(2)).
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

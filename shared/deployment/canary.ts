/** The job of the stack's canary (`aws.canary`): its runs are not listed, and only its alarm reports on them. */
export const canaryJob = 'spinneret-canary';

export function isCanary(run: string): boolean {
  return run.startsWith(`${canaryJob}-`);
}

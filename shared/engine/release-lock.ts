import { RetryError } from '../errors.ts';

/** Releases a lock whose work is done, or has failed: whoever got it meanwhile repeats the work, which does no harm. */
export async function releaseEvenIfLost(release: () => Promise<void>): Promise<void> {
  try {
    await release();
  } catch (error) {
    if (!(error instanceof RetryError && error.code === 'LOCK_LOST')) throw error;
  }
}

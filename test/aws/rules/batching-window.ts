/** What holds up a message before its function is called. */
export interface Mapping {
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
}

/** "Lambda waits up to 20 seconds before invoking your function … even if you set a window lower than 20 seconds" (AWS). */
const lowTrafficSeconds = 20;

/**
 * Seconds that an event may be held back for company ("Using Lambda with Amazon SQS", AWS): of a mapping with a
 * window, at low traffic 20, whatever the window says; without one, none.
 */
export function heldBackSeconds(
  { BatchSize = 10, MaximumBatchingWindowInSeconds: window = 0 }: Mapping,
  waiting: number,
): number {
  if (window === 0 || waiting >= BatchSize) return 0;
  return Math.max(window, lowTrafficSeconds);
}

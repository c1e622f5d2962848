import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeSharedClock } from '../../coordination/shared-clock.ts';

/** Answers are dated in whole seconds, rounded down (RFC 9110 §6.6.1). */
const dateResolutionMs = 1_000;

/**
 * The time by DynamoDB's clock: it has none to compare with, but dates its answers. Every client of a
 * process may be given the same. `localNow` gives epoch ms, and so does what is returned.
 */
export function clockOf(client: DynamoDBClient, localNow: () => number = Date.now): () => number {
  const clock = makeSharedClock(localNow);
  const stack = client.middlewareStack as unknown as AnyStack;
  // Within a single try: a request that is repeated was sent when it was sent last.
  stack.add(
    (next) => async (args) => {
      const sentAt = localNow();
      const result = await next(args);
      const from = Date.parse(result.response.headers?.['date'] ?? '');
      if (!Number.isNaN(from)) {
        clock.observe({ sentAt, receivedAt: localNow(), from, to: from + dateResolutionMs });
      }
      return result;
    },
    { step: 'deserialize', name: 'spinneretClock', priority: 'low' },
  );
  return clock.now;
}

/** What is needed of the client's own type, whose responses are `unknown`. */
interface AnyStack {
  add(
    middleware: (
      next: (args: object) => Promise<{ response: { headers?: Record<string, string> } }>,
    ) => (args: object) => Promise<{ response: { headers?: Record<string, string> } }>,
    options: { step: 'deserialize'; name: string; priority: 'low' },
  ): void;
}

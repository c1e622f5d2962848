import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeSharedClock } from '../../coordination/shared-clock.ts';

/** Answers are dated in whole seconds, rounded down (RFC 9110 §6.6.1). */
const dateResolutionMs = 1_000;

/**
 * The time by DynamoDB's clock, which no call returns, but which dates its answers. Every client of a process may
 * be passed. `localNow` and the returned function give epoch ms.
 */
export function clockOf(client: DynamoDBClient, localNow: () => number = Date.now): () => number {
  const clock = makeSharedClock(localNow);
  const stack = client.middlewareStack as unknown as AnyStack;
  // Measured within a single attempt: a retried request was sent when its last attempt was sent.
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

/** The part of the client's own type that is used here; its responses are `unknown`. */
interface AnyStack {
  add(
    middleware: (
      next: (args: object) => Promise<{ response: { headers?: Record<string, string> } }>,
    ) => (args: object) => Promise<{ response: { headers?: Record<string, string> } }>,
    options: { step: 'deserialize'; name: string; priority: 'low' },
  ): void;
}

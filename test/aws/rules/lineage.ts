import type { SQSRecord } from 'aws-lambda';
import type { AwsCall, FaultProxy } from '../fault-proxy.ts';

/**
 * Lambda's recursive-loop detection ("Use Lambda recursive loop detection to prevent infinite loops", AWS): a function
 * that a chain of requests has called more than some 16 times is not called again, unless its `RecursiveLoop` is
 * `Allow`. The chain is known by the lineage in the trace header, which the SDK passes on to SQS, and SQS to the
 * next call, whether or not anything is traced. What an event of several chains inherits is not written down: here
 * the longest of them, which is the strictest.
 */
export interface LoopDetection {
  /** The trace header for a call with these messages; none if Lambda drops it. */
  traceFor(records: SQSRecord[], mode: LoopMode): string | undefined;
  /** Calls that were dropped. */
  dropped(): number;
  /** The longest chain that was called. */
  longest(): number;
}

/** Of a function in the template; AWS takes `Terminate` where it says nothing. */
export type LoopMode = 'Allow' | 'Terminate';

const maxCalls = 16;

/** Sees each message that is sent through `proxy`, with the header that it was sent with. */
export function detectLoops(proxy: FaultProxy): LoopDetection {
  const lengthOf = new Map<string, number>();
  let dropped = 0;
  let longest = 0;
  proxy.observe((call, answer) => {
    if (!/SendMessage/.test(call.operation)) return;
    for (const id of messagesIn(answer)) lengthOf.set(id, lineageOf(call));
  });
  return {
    traceFor(records, mode) {
      const length = 1 + Math.max(...records.map(({ messageId }) => lengthOf.get(messageId) ?? 0));
      if (length > maxCalls && mode === 'Terminate') {
        dropped += 1;
        return undefined;
      }
      longest = Math.max(longest, length);
      return `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:f9a8b7c6:${length}`;
    },
    dropped: () => dropped,
    longest: () => longest,
  };
}

/** Ids of what was sent, of one message or of several. */
function messagesIn(answer: Buffer): string[] {
  const { MessageId, Successful = [] }: { MessageId?: string; Successful?: { MessageId: string }[] } =
    JSON.parse(answer.toString());
  return [...(MessageId === undefined ? [] : [MessageId]), ...Successful.map((sent) => sent.MessageId)];
}

function lineageOf({ headers }: AwsCall): number {
  return Number(/Lineage=[^;]*:(\d+)/.exec(String(headers['x-amzn-trace-id']))?.[1] ?? 0);
}

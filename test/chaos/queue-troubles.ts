import type { Delivery, OutgoingBatch } from '../../shared/coordination/ports.ts';
import type { Fate, FaultCounts } from './faults.ts';
import type { Answer, Call } from './wire.ts';

/** What a queue that delivers at least once, and in no order, may do to messages. */
export interface QueueTroubles {
  /** The `queue.send` as the store hears it. */
  sent(call: Call): Call;
  /** The answer to a `queue.receive` as its caller hears it. */
  received(call: Call, answer: Answer): Answer;
}

const lateMs = { from: 200, to: 3_000 };
const againMs = 4_500;
const maxDeliveries = 10;

export function makeQueueTroubles(fate: Fate, counts: FaultCounts): QueueTroubles {
  const copies: Delivery[] = [];
  const strikes = (fault: Parameters<Fate['strikes']>[0]): boolean => {
    const isStruck = fate.strikes(fault);
    if (isStruck) counts.add(fault);
    return isStruck;
  };

  return {
    sent(call) {
      const [messages = []] = call.args as [OutgoingBatch[]?];
      const troubled = messages.flatMap((message) => {
        const sent = strikes('deliveredLate') ? delayed(message, call.clock, fate) : message;
        return strikes('sentTwice') ? [sent, message] : [sent];
      });
      return { ...call, args: [troubled] };
    },

    received({ caller }, answer) {
      if (caller.role !== 'worker' || !Array.isArray(answer.value)) return answer;
      const deliveries = answer.value as Delivery[];
      const again = deliveries.length < maxDeliveries ? copies.splice(0, 1) : [];
      for (const delivery of deliveries) {
        if (!strikes('deliveredAgain')) continue;
        setTimeout(() => copies.push(delivery), fate.pauseMs(0, againMs)).unref();
      }
      const all = [...again, ...deliveries];
      return { ...answer, value: all.length > 1 && strikes('reordered') ? all.reverse() : all };
    },
  };
}

function delayed(message: OutgoingBatch, clock: number, fate: Fate): OutgoingBatch {
  const notBefore = Math.max(message.notBefore ?? 0, clock) + fate.pauseMs(lateMs.from, lateMs.to);
  return { ...message, notBefore };
}

import type { BatchQueue, Delivery, OwnerRelease, QueueDepth } from '../../shared/coordination/ports.ts';

interface Message {
  id: number;
  run: string;
  body: string;
  visibleAt: number;
  receives: number;
  owner: string;
}

/** A queue in memory. True time: a queue has a clock of its own. */
export interface MemoryQueue {
  messages: Map<number, Message>;
  /** What was received so often without being acknowledged comes here. */
  deadLetters?: { queue: MemoryQueue; afterReceives: number };
  lastId: number;
}

export interface QueueView {
  owner: string;
  visibilityMs: number;
  /** Epoch ms of the queue. */
  now(): number;
  /** Epoch ms of whoever sends: where delays travel as lengths, as they do to SQS. @default now */
  senderNow?: () => number;
  /** Which of several due messages comes first. @default the first */
  pick?: (messages: number) => number;
}

export function makeMemoryQueue(): MemoryQueue {
  return { messages: new Map(), lastId: 0 };
}

/** The queue as one process sees it. */
export function viewQueue(queue: MemoryQueue, view: QueueView): BatchQueue & QueueDepth & OwnerRelease {
  const { messages } = queue;
  const { now, senderNow = now, visibilityMs, owner } = view;
  return {
    async send(outgoing) {
      for (const { batch, notBefore = 0 } of outgoing) {
        const delayMs = Math.max(0, notBefore - senderNow());
        put(queue, batch.run, JSON.stringify(batch), Math.ceil(now() + delayMs));
      }
    },
    async receive({ runs, max }) {
      const due = [...messages.values()].filter(
        ({ run, visibleAt }) => visibleAt <= now() && (runs === undefined || runs.includes(run)),
      );
      return takeSome(due, max, view).flatMap((message) =>
        deliver(queue, message, owner, now() + visibilityMs),
      );
    },
    async acknowledge(deliveries) {
      for (const message of current(queue, deliveries)) messages.delete(message.id);
    },
    async extend(deliveries, forMs = visibilityMs) {
      for (const message of current(queue, deliveries)) message.visibleAt = now() + forMs;
    },
    async hastenDraws(run) {
      for (const message of messages.values()) {
        const isWaiting = message.owner === '' && message.visibleAt > now();
        const hasDraws = JSON.parse(message.body).draws !== undefined;
        if (message.run === run && isWaiting && hasDraws) message.visibleAt = now();
      }
    },
    async releaseOwner(dead) {
      for (const message of messages.values()) {
        if (message.owner === dead) Object.assign(message, { visibleAt: 0, owner: '' });
      }
    },
    async depth(run) {
      const own = [...messages.values()].filter((message) => message.run === run);
      const due = own.filter(({ visibleAt }) => visibleAt <= now());
      const nextDueAt = Math.min(...own.map(({ visibleAt }) => visibleAt));
      const underWay = own.filter(({ visibleAt, owner }) => visibleAt > now() && owner !== '').length;
      return { waiting: own.length, due: due.length, underWay, ...(own.length === 0 ? {} : { nextDueAt }) };
    },
  };
}

/** Epoch ms at which the next message is due; none when there is none. */
export function nextDueAt({ messages }: MemoryQueue): number | undefined {
  let next: number | undefined;
  for (const { visibleAt } of messages.values()) next = Math.min(next ?? visibleAt, visibleAt);
  return next;
}

/** Sends, whether or not the same was sent before: a queue delivers at least once. */
export function put(queue: MemoryQueue, run: string, body: string, visibleAt: number): void {
  queue.lastId += 1;
  const id = queue.lastId;
  queue.messages.set(id, { id, run, body, visibleAt, receives: 0, owner: '' });
}

function takeSome(due: Message[], max: number, { pick = () => 0 }: QueueView): Message[] {
  const taken: Message[] = [];
  while (taken.length < max && due.length > 0) taken.push(...due.splice(pick(due.length), 1));
  return taken;
}

function deliver(queue: MemoryQueue, message: Message, owner: string, visibleAt: number): Delivery[] {
  const { deadLetters, messages } = queue;
  if (deadLetters !== undefined && message.receives >= deadLetters.afterReceives) {
    messages.delete(message.id);
    put(deadLetters.queue, message.run, message.body, 0);
    return [];
  }
  message.receives += 1;
  Object.assign(message, { visibleAt, owner });
  const { id, receives, body } = message;
  return [{ batch: JSON.parse(body), receipt: `${id}:${receives}`, receives }];
}

/** The messages whose receipts these still are. */
function current({ messages }: MemoryQueue, deliveries: Delivery[]): Message[] {
  return deliveries.flatMap(({ receipt }) => {
    const [id, receives] = receipt.split(':').map(Number);
    const message = messages.get(id ?? 0);
    return message !== undefined && message.receives === receives ? [message] : [];
  });
}

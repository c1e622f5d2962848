import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BlowOptions, makeBlows } from './blows.ts';
import { openConnection } from './connection.ts';
import type { Fate, FaultCounts } from './faults.ts';
import type { CallFault } from './plan.ts';
import { makeQueueTroubles } from './queue-troubles.ts';
import { type Answer, type Call, readLines, throttled, writeLine } from './wire.ts';

/** Stands between the workers and the store, and does to their calls what the fate says. */
export interface StoreProxy {
  port: number;
  /** For so long nobody gets through. */
  goOut(forMs: number): void;
  close(): void;
}

export interface ProxyOptions {
  storePort: () => number;
  fate: Fate;
  counts: FaultCounts;
  signal: BlowOptions['signal'];
}

const lateMs = { from: 50, to: 1_200 };
const laterMs = { from: 300, to: 4_500 };

export async function openProxy(options: ProxyOptions): Promise<StoreProxy> {
  const { fate, counts } = options;
  const store = openConnection(options.storePort);
  const sockets = new Set<Socket>();
  let outUntil = 0;

  const forward = async (call: Call): Promise<Answer> => {
    const { method, args, clock, caller } = call;
    const answer = { ...(await store.call({ method, args, clock, caller })), id: call.id };
    blows.heard(call, answer);
    return answer;
  };
  const forwardUnheard = (call: Call) => forward(call).catch(() => undefined);
  const blows = makeBlows({ forward: forwardUnheard, counts, signal: options.signal });
  const troubled = troubledForward(forward, fate, counts);

  /** `undefined`: the connection breaks. */
  const answerTo = async (call: Call): Promise<Answer | undefined> => {
    if (Date.now() < outUntil) {
      counts.add('refusedInOutage');
      return undefined;
    }
    const fault = fate.of(call);
    return typeof fault === 'object' ? blows.strike(call, fault.blow) : troubled(call, fault);
  };
  const serve = async (socket: Socket, call: Call): Promise<void> => {
    // The store was killed while it had the call: its caller learns nothing.
    const answer = await answerTo(call).catch(() => undefined);
    if (answer === undefined) socket.destroy();
    else writeLine(socket, answer);
  };

  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay());
    socket.once('close', () => sockets.delete(socket));
    readLines<Call>(socket, (call) => void serve(socket, call));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    goOut(forMs) {
      outUntil = Math.max(outUntil, Date.now() + forMs);
      for (const socket of sockets) socket.destroy();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      store.close();
    },
  };
}

/** Passes a call on, with one fault of the network, and whatever the queue does to its messages. */
function troubledForward(forward: (call: Call) => Promise<Answer>, fate: Fate, counts: FaultCounts) {
  const messages = makeQueueTroubles(fate, counts);
  const again = (call: Call) => forward(call).catch(() => undefined);
  return async (original: Call, fault: CallFault | undefined): Promise<Answer | undefined> => {
    if (fault !== undefined) counts.add(fault);
    if (fault === 'throttled') return { id: original.id, error: throttled, at: Date.now() };
    if (fault === 'lostRequest') return undefined;
    const call = original.method === 'queue.send' ? messages.sent(original) : original;
    if (fault === 'lateRequest') await sleep(fate.pauseMs(lateMs.from, lateMs.to));
    if (fault === 'heardTwice') await again(call);
    if (fault === 'heardAgainLater') {
      setTimeout(() => void again(call), fate.pauseMs(laterMs.from, laterMs.to)).unref();
    }
    const answer = await forward(call);
    if (fault === 'lateAnswer') await sleep(fate.pauseMs(lateMs.from, lateMs.to));
    if (fault === 'lostAnswer') return undefined;
    return call.method === 'queue.receive' ? messages.received(call, answer) : answer;
  };
}

/** The store of a chaos round: owns the SQLite files, serves the ports to whoever connects, and notes what happens. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { BatchQueue, Delivery, OutgoingBatch } from '../../shared/coordination/ports.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalCoordination } from '../../shared/stores/local/local-coordination.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../shared/stores/local/local-outcomes.ts';
import { makeLocalQueue } from '../../shared/stores/local/local-queue.ts';
import { openAudit } from './audit.ts';
import { firstOrders, reportToParent } from './child.ts';
import { storeFile } from './evidence.ts';
import { type Answer, type Call, readLines, writeLine } from './wire.ts';

export interface StoreOrders {
  folder: string;
  visibilityMs: number;
  /** After so many deliveries a message goes to the dead letters. */
  maxDeliveries: number;
}

const { folder, visibilityMs, maxDeliveries } = await firstOrders<StoreOrders>();
const database = openDatabase(join(folder, storeFile));
const letters = openDatabase(join(folder, 'dead.db'));
const audit = openAudit(database);
const outcomes = makeLocalOutcomes(database);
const work = makeLocalQueue(database, { owner: 'store', visibilityMs });
const dead = makeLocalQueue(letters, { owner: 'store', visibilityMs });

const server = createServer((socket) => readLines<Call>(socket, (call) => void serve(socket, call)));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
reportToParent({ port: (server.address() as { port: number }).port });

async function serve(socket: Socket, call: Call): Promise<void> {
  let answer: Omit<Answer, 'at'>;
  try {
    audit.begin(call);
    const value = await perform(call);
    audit.answered(call, value);
    answer = { id: call.id, value };
  } catch (error) {
    answer = { id: call.id, error: error instanceof Error ? error.message : String(error) };
  }
  writeLine(socket, { ...answer, at: Date.now() });
}

/** Up to its first await, which is where the adapters are done, no other call comes in between. */
function perform(call: Call): Promise<unknown> {
  const { method, args, clock } = call;
  const [portName = '', name = ''] = method.split('.');
  const now = () => clock;
  const ports: Record<string, object> = {
    ledger: makeLocalLedger(database, now),
    coordination: makeLocalCoordination(database, now),
    outcomes,
    queue: call.caller.role === 'lastResort' ? lastQueue(clock) : workQueue(clock),
  };
  const port = ports[portName] as Record<string, (...values: unknown[]) => Promise<unknown>> | undefined;
  const operation = port?.[name];
  if (operation === undefined) throw new Error(`no ${method}`);
  return operation.apply(port, args);
}

/** A queue has a clock of its own: its messages get a delay. */
function workQueue(clock: number): BatchQueue & Pick<typeof work, 'depth'> {
  const delayed = ({ batch, notBefore }: OutgoingBatch): OutgoingBatch =>
    notBefore === undefined ? { batch } : { batch, notBefore: Date.now() + notBefore - clock };
  return {
    ...work,
    send: (messages) => work.send(messages.map(delayed)),
    async receive(options) {
      const received = await work.receive(options);
      const spent = received.filter((delivery) => delivery.receives > maxDeliveries);
      await bury(spent);
      return received.filter((delivery) => delivery.receives <= maxDeliveries);
    },
    async depth(run) {
      const [alive, buried] = [await work.depth(run), await dead.depth(run)];
      return {
        waiting: alive.waiting + buried.waiting,
        due: alive.due + buried.due,
        underWay: alive.underWay + buried.underWay,
      };
    },
  };
}

function lastQueue(clock: number): BatchQueue {
  const { send } = workQueue(clock);
  return { ...dead, send };
}

/** Sent there before it is taken from here: killed in between, it is twice there, and never lost. */
async function bury(deliveries: Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await dead.send(deliveries.map(({ batch }) => ({ batch })));
  await work.acknowledge(deliveries);
}

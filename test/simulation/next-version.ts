import type { BatchQueue, Delivery, Outcomes } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type Batch, formatVersion, isNewer, type Outcome } from '../../shared/model.ts';

/** A format that no process of today can read, but for what every version has outside of it. */
export const nextVersion = formatVersion + 1;

/** The ports of a process of the next version: what it marks as its own, it writes in its own words. */
export function speakNext(engine: Engine): Engine {
  const queue: BatchQueue = {
    ...engine.queue,
    send: (messages) =>
      engine.queue.send(messages.map((message) => ({ ...message, batch: encodeBatch(message.batch) }))),
    receive: async (options) => (await engine.queue.receive(options)).map(decodeDelivery),
  };
  const outcomes: Outcomes = {
    ...engine.outcomes,
    write: async (outcome) => decodeOutcome(await engine.outcomes.write(encodeOutcome(outcome))),
    read: async (run, batch) => {
      const found = await engine.outcomes.read(run, batch);
      return found && decodeOutcome(found);
    },
  };
  return { ...engine, queue, outcomes, version: nextVersion };
}

export function decodeDelivery(delivery: Delivery): Delivery {
  return { ...delivery, batch: decodeBatch(delivery.batch) };
}

/** The marks of the journey stay outside, where an older process adds to them. */
function encodeBatch(batch: Batch): Batch {
  if (!isNewer(batch)) return batch;
  const { v, run, id, crashes, faults, handedOn, ...inner } = batch;
  const marks = { crashes, faults, handedOn };
  // Not one name of today's format, but for those of every version.
  return { v, run, id, ...marks, inside: JSON.stringify(inner) } as unknown as Batch;
}

function decodeBatch(batch: Batch): Batch {
  const { inside, ...outside } = batch as Batch & { inside?: string };
  return inside === undefined ? batch : { ...JSON.parse(inside), ...outside };
}

function encodeOutcome(outcome: Outcome): Outcome {
  const { v, run, batch, ...inner } = outcome;
  return { v, run, batch, inside: JSON.stringify(inner) } as unknown as Outcome;
}

export function decodeOutcome(outcome: Outcome): Outcome {
  const { inside, ...outside } = outcome as Outcome & { inside?: string };
  return inside === undefined ? outcome : { ...outside, ...JSON.parse(inside) };
}

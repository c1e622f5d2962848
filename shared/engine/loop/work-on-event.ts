import type { Delivery } from '../../coordination/ports.ts';
import { HaltError, type Reason } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { runBatch } from '../run-batch.ts';
import { isSuspect, maxCrashesOf, newToken } from '../suspect.ts';
import { putBack, sendUnchanged } from './send-again.ts';

export interface EventOptions {
  /** Runs `body` for `run`, so that a meter can attribute its usage. */
  inNameOf<T>(run: string, body: () => Promise<T>): Promise<T>;
  /** Called with every batch that could not be finished; it was sent again, if that was possible. */
  onFault(error: unknown, delivery: Delivery): void;
  /** Called with every batch whose run is gone. */
  onDropped?(delivery: Delivery): void;
}

/** A fault of the machine or network may take a while to pass: the pause doubles each time. */
const faultDelayMs = { min: 15_000, max: 900_000 };

/** A batch that has failed this often in a row does not fail by a transient fault. */
const maxFaults = { ofCode: 4, ofEnvironment: 8 };

/** The delay of an event's other suspects. */
const suspectDelayMs = 1_000;

/**
 * Works on the batches that a function received in one event, all at once, so that waiting for hosts is shared. A
 * batch suspected of killing its process is worked on alone and last; the other suspects are sent again. When the
 * configuration is at fault, the run is paused, with the reason. Never rejects: what could be neither finished nor
 * sent again is left unacknowledged.
 */
export async function workOnEvent(
  engine: Engine,
  deliveries: Delivery[],
  options: EventOptions,
): Promise<void> {
  const work = (delivery: Delivery) =>
    options.inNameOf(delivery.batch.run, () => runOrPutBack(engine, delivery, options));
  const [suspect, ...otherSuspects] = deliveries.filter((delivery) => isSuspect(engine, delivery));
  await Promise.all(deliveries.filter((delivery) => !isSuspect(engine, delivery)).map(work));
  for (const delivery of otherSuspects) {
    const notBefore = engine.now() + suspectDelayMs;
    await sendUnchanged(engine, delivery, notBefore).catch((error) => options.onFault(error, delivery));
  }
  if (suspect !== undefined) await withHeartbeat(engine, suspect, options, () => work(suspect));
}

/**
 * A message is redelivered this long after its lease has expired, so that its next receiver knows that the holder
 * died.
 */
const afterLeaseMs = 5_000;

/**
 * The other messages of an event are invisible for as long as the function may live. A suspect is made invisible
 * for a short time, repeatedly: if its process dies, or hangs in a loop, the batch is redelivered within the
 * minute.
 */
async function withHeartbeat(
  { ledger, queue, owner, limits }: Engine,
  suspect: Delivery,
  { onFault }: EventOptions,
  body: () => Promise<void>,
): Promise<void> {
  const { suspectLeaseMs } = limits;
  if (suspectLeaseMs === undefined) return body();
  const keepInvisible = () => queue.extend([suspect], suspectLeaseMs + afterLeaseMs);
  const renewSuspect = async () => {
    await ledger.renewLeases(owner, suspectLeaseMs);
    await keepInvisible();
  };
  const reportFault = (error: unknown) => onFault(error, suspect);
  await keepInvisible().catch(reportFault);
  const heartbeat = setInterval(() => void renewSuspect().catch(reportFault), suspectLeaseMs / 3);
  try {
    await body();
  } finally {
    clearInterval(heartbeat);
  }
}

async function runOrPutBack(
  engine: Engine,
  delivery: Delivery,
  { onFault, onDropped }: EventOptions,
): Promise<void> {
  const gaveUp = newToken();
  try {
    const end = await runBatch(engine, delivery, gaveUp);
    if (end === 'dropped') onDropped?.(delivery);
  } catch (error) {
    onFault(error, delivery);
    try {
      await settleFault(engine, delivery, error, gaveUp);
    } catch (cause) {
      onFault(cause, delivery);
    }
  }
}

/**
 * Sends the batch again. A fault that lasts must not go on for ever: one of the code counts as a crash, so that
 * the batch is split down to the request at fault; one of its environment pauses the run.
 */
async function settleFault(
  engine: Engine,
  delivery: Delivery,
  error: unknown,
  gaveUp: string,
): Promise<void> {
  const { batch } = delivery;
  const faults = (batch.faults ?? 0) + 1;
  const { min, max } = faultDelayMs;
  const delayMs = Math.min(max, min * 2 ** (faults - 1)) * (0.5 + Math.random() / 2);
  if (isFaultOfCode(error) && faults >= maxFaults.ofCode) {
    return putBack(engine, delivery, delayMs, { gaveUp, crashes: maxCrashesOf(engine, batch) });
  }
  const isLasting = faults >= maxFaults.ofEnvironment;
  if (error instanceof HaltError || isLasting) {
    await pauseRun(engine, batch.run, error);
    return putBack(engine, delivery, delayMs, { gaveUp });
  }
  return putBack(engine, delivery, delayMs, { gaveUp, faults });
}

/** A fault of Spinneret, which the same page will cause again. */
function isFaultOfCode(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/** Every other batch of the run would fail alike, and cost. */
async function pauseRun({ ledger }: Engine, run: string, error: unknown): Promise<void> {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const reason: Reason =
    error instanceof HaltError
      ? { code: error.code, message }
      : { code: 'FAULT_LASTS', message: `${name}: ${message}` };
  await ledger.moveRun(run, ['running'], 'paused', reason);
}

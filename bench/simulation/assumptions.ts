/** What the simulation assumes of AWS; everything else is the engine's own doing. Milliseconds of one call. */
export const latencyMs = { read: 4, write: 6, transaction: 10, put: 30, send: 10, init: 500 };

/** How often a cancelled transaction is tried again, and the pauses between: those of the DynamoDB adapter. */
export const backoff = { maxAttempts: 12, firstPauseMs: 20, maxPauseMs: 3_000 };

/** "Scales by up to 300 concurrent invocations per minute", from five (AWS Lambda, SQS event source mappings). */
export const scaling = { first: 5, perMinute: 300 };

export const maxDelayMs = 900_000;

/** Lines of a function: START, END, REPORT, one line and one metric document of its own. */
export const logBytesPerEvent = 1_500;

/** A Lambda function has a whole core at this memory. */
const memoryOfOneCoreMb = 1_769;
/** TLS, HTTP, parsing and extracting of one page on a whole core; docs/benchmarks.md measured 0.4 without TLS. */
const coreMsPerPage = 1;

export function cpuMsPerPage(memoryMb: number): number {
  return (coreMsPerPage * memoryOfOneCoreMb) / Math.min(memoryMb, memoryOfOneCoreMb);
}

/** Lognormal by Box and Muller. */
export function fetchMs(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(20_000, 150 * Math.exp(0.6 * normal));
}

export const assumptions = [
  'Lambda: event source mapping without provisioned pollers, 5 + 300 concurrent per minute, events as large as the stack has them; empty polls are not billed here',
  'an instance stays warm; the one used last is used first; init 500 ms, billed',
  'a page takes 1 ms of a whole core; a page answers after a lognormal time, median 150 ms, sigma 0.6; no failures',
  'DynamoDB: read 4 ms, write 6 ms, transaction 10 ms, in which a second one on the same counter is cancelled, billed all the same, and repeated after a random pause',
  'records of the table are below 1 KB, counters below 4 KB; reads of a host 1 unit, of the run 0.5 and at most one per second and process',
  'the URLs of a host are in one log, as the adapter keeps it; a head is read whenever a process meets a URL that it does not know; no write is refused',
  'every shop has one shape: 30 menu links a page, 25 products a listing, 20 related products; the menu and most others are known',
  'the export reads every outcome once; logs 1.5 KB per invocation; storage is one month of S3; no free tier',
];

import type { Batch, Outcome, PageRequest, Versioned } from '../../model.ts';
import { seal, unseal } from '../../sessions/seal.ts';
import { kindOf } from '../../sources/sources.ts';
import { add, addAll } from '../counts.ts';
import type { RunSessions } from './run-sessions.ts';

/**
 * The outcome with the addresses that redaction has changed: a token in a link (`/page?sid=…`) must not be stored, and without it
 * another page would be asked for. On hosts of a session the address is sealed with the session key; other links are refused and
 * counted, since a secret is for its own hosts alone. `written`: the outcome before redaction, whose requests stand in the same order.
 */
export function sealAddresses(
  redacted: Outcome,
  written: Outcome,
  sessions: RunSessions | undefined,
): Outcome {
  if (redacted === written) return redacted;
  const counts = { ...redacted.counts };
  const sealed = (request: PageRequest, index: number, all: PageRequest[]) =>
    sealAddress(redacted.run, request, all[index] ?? request, sessions);
  const links = redacted.links.flatMap((request, index) => {
    const kept = sealed(request, index, written.links);
    if (kept !== undefined) return kept;
    add(counts, 'refused:secret');
    // What comes after the page of a list is not known without it.
    addAll(counts, kindOf(request).end(request, { end: 'failed' }).counts ?? {});
    return [];
  });
  const retries = redacted.retries.map(
    (request, index) => sealed(request, index, written.retries) ?? request,
  );
  return { ...redacted, links, retries, counts };
}

/** The request as it is asked; `undefined` where another key sealed its address, or none. */
export function openAddress(
  run: string,
  { sealedAddress, ...request }: PageRequest,
  sessions: RunSessions | undefined,
): PageRequest | undefined {
  if (sealedAddress === undefined || sessions === undefined) return undefined;
  const bytes = Buffer.from(sealedAddress, 'base64');
  const text = unseal(sessions.key, contextOf(run, request), bytes);
  return text === undefined ? undefined : Object.assign(request, JSON.parse(text) as Address);
}

/** The first version in which an address that redaction has changed is kept, sealed. */
const sealingVersion = 2;

/**
 * A request that a message or an outcome of `v` holds. Versions before this one kept of an address what redaction left, which is that of another
 * page: it is marked as sealed by a key that nobody has, so that it is not asked for, whichever version is worked with later.
 */
export function asStoredBy({ v = 1 }: Versioned, request: PageRequest): PageRequest {
  const isLost = v < sealingVersion && request.sealedAddress === undefined && hidesMore(request);
  return isLost ? { ...request, sealedAddress: '' } : request;
}

/** The batch with its requests as `asStoredBy` has them. */
export function readBatch(batch: Batch): Batch {
  const { v = 1 } = batch;
  if (v >= sealingVersion) return batch;
  return { ...batch, requests: batch.requests.map((request) => asStoredBy(batch, request)) };
}

type Address = Pick<PageRequest, 'url' | 'body'>;

/** `undefined` for one that cannot be asked without its secret, and must not be asked with it. */
function sealAddress(
  run: string,
  request: PageRequest,
  written: PageRequest,
  sessions: RunSessions | undefined,
): PageRequest | undefined {
  const isChanged = request.url !== written.url || request.body !== written.body;
  if (!isChanged || (kindOf(request).carriesSecrets && !hidesMore(request))) return request;
  if (sessions?.of(written) === undefined) return undefined;
  const { url, body } = written;
  const text = JSON.stringify({ url, ...(body === undefined ? {} : { body }) });
  const bytes = seal(sessions.key, contextOf(run, request), text);
  return { ...request, sealedAddress: Buffer.from(bytes).toString('base64') };
}

/** Variables of the job stand as placeholders in requests of sources; what else is secret does not come back. */
function hidesMore({ url, body = '' }: PageRequest): boolean {
  return url.includes('[secret]') || body.includes('[secret]');
}

function contextOf(run: string, { url }: Pick<PageRequest, 'url'>): string {
  return `address ${run} ${url}`;
}

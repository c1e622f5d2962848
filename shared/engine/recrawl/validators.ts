import type { FetchResult } from '../../fetch/types.ts';
import type { Validators } from '../../model.ts';

/** An entity tag, weak or strong (RFC 9110 §8.8.3), of characters that can be sent back as they came. */
const entityTag = /^(?:W\/)?"[\x21\x23-\x7e]*"$/;

/** A page that was modified in the second of its answer may be modified again in it (RFC 9110 §8.8.2.2). */
const resolutionMs = 1_000;

/**
 * The validators of an answer; `undefined` where it has none that can be relied upon. `variant`: see `Validators`. `needsTag`: the
 * page is used again only where the server says that it has not changed.
 */
export function validatorsOf(
  { status, headers }: FetchResult,
  variant: string,
  needsTag: boolean,
): Validators | undefined {
  if (status !== 200) return undefined;
  const tag = headers['etag']?.trim() ?? '';
  const etag = entityTag.test(tag) ? { etag: tag } : {};
  const validators = { ...etag, ...lastModifiedOf(headers), variant };
  return needsTag && !isTagged(validators) ? undefined : validators;
}

/** Has it something to ask by? The validators of a page that has none are kept for their variant, where a page may go unasked. */
export function isTagged(validators: Validators | undefined): validators is Validators {
  return validators?.etag !== undefined || validators?.lastModified !== undefined;
}

function lastModifiedOf(headers: Record<string, string>): Pick<Validators, 'lastModified'> {
  const written = headers['last-modified']?.trim() ?? '';
  const modifiedAt = Date.parse(written);
  const answeredAt = Date.parse(headers['date'] ?? '');
  return modifiedAt + resolutionMs <= answeredAt ? { lastModified: written } : {};
}

/** The names in `Vary`, in lower case and sorted; `undefined` for `*`, after which no answer is that to another request. */
export function variedNames(headers: Record<string, string>): string[] | undefined {
  const names = (headers['vary'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.includes('*') ? undefined : names.sort();
}

/** The headers that ask for a page only if it has changed. A server that knows entity tags does not look at the date (RFC 9110 §13.2.2). */
export function conditionsOf({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

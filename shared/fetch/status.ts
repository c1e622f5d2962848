/** What a final status makes of its answer. */
export type StatusMeaning =
  /** What was asked for. */
  | { is: 'page' }
  /** It has no content, whatever comes behind its head. */
  | { is: 'empty'; what: string }
  /** Something other than what was asked for, such as a part of it. */
  | { is: 'other'; what: string }
  | { is: 'redirect' }
  /** A redirect if it names a Location, else an error. */
  | { is: 'choice' }
  | { is: 'error' };

const page: StatusMeaning = { is: 'page' };
const redirect: StatusMeaning = { is: 'redirect' };
const error: StatusMeaning = { is: 'error' };

/** All but those that are as the first of their class, which is what unknown ones are (RFC 9110 §15). */
const known: Record<number, StatusMeaning> = {
  // Accepted, and not there yet (§15.3.3); gates answer so to whom they mean to test.
  202: error,
  204: { is: 'empty', what: 'No Content' },
  205: { is: 'empty', what: 'Reset Content' },
  207: { is: 'other', what: 'the statuses of several resources (WebDAV), unasked' },
  208: { is: 'other', what: 'a part of an answer of WebDAV, unasked' },
  226: { is: 'other', what: 'the difference to an earlier page (RFC 3229), unasked' },
  301: redirect,
  302: redirect,
  303: redirect,
  304: { is: 'empty', what: 'Not Modified, which nobody asked' },
  // Its Location is a proxy, which no client uses any more (§15.4.6); 306 has no meaning (§15.4.7).
  305: error,
  306: error,
  307: redirect,
  308: redirect,
};

/**
 * Decides by the status what an answer is to whoever asked for a page without conditions, ranges or
 * WebDAV (RFC 9110 §15). 201 and 203 are pages. `contentRange` is asked for a 206 alone: one of the whole is a page.
 */
export function meaningOf(status: number, contentRange: string | undefined): StatusMeaning {
  if (status === 206) return isPart(contentRange) ? partOf(contentRange) : page;
  const meaning = known[status];
  if (meaning !== undefined) return meaning;
  if (status >= 200 && status < 300) return page;
  return status >= 300 && status < 400 ? { is: 'choice' } : error;
}

function partOf(contentRange: string | undefined): StatusMeaning {
  return { is: 'other', what: `a part of the page, unasked (${contentRange ?? 'without saying which'})` };
}

/** RFC 9110 §14.4: `bytes 0-499/500` is all of it. What does not say so may be a part. */
function isPart(contentRange: string | undefined): boolean {
  const [, first, last, length] = rangeOf(contentRange);
  return first !== '0' || length === undefined || Number(last) + 1 !== Number(length);
}

/**
 * Is a body that is said to be all of the page a part of it? The range means nothing beside a status
 * other than 206 (RFC 9110 §14.4); where the body has just its length, both say that it is a part.
 */
export function isUnstatedPart(contentRange: string | undefined, bytes: number): boolean {
  const [, first, last] = rangeOf(contentRange);
  return first !== undefined && isPart(contentRange) && Number(last) + 1 - Number(first) === bytes;
}

function rangeOf(contentRange: string | undefined): (string | undefined)[] {
  return /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(contentRange ?? '') ?? [];
}

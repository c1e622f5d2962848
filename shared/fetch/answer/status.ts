/** What a final status says of its answer. */
export type StatusMeaning =
  /** The resource that was requested. */
  | { is: 'page' }
  /** The answer has no content, even if bytes follow its head. */
  | { is: 'empty'; what: string }
  /** Something other than the resource, such as a part of it. */
  | { is: 'other'; what: string }
  | { is: 'redirect' }
  /** A redirect if it names a Location, else an error. */
  | { is: 'choice' }
  | { is: 'error' };

const page: StatusMeaning = { is: 'page' };
const redirect: StatusMeaning = { is: 'redirect' };
const error: StatusMeaning = { is: 'error' };

/** The statuses that differ from the first of their class, as which unknown ones are treated (RFC 9110 §15). */
const known: Record<number, StatusMeaning> = {
  // Accepted, and not ready yet (§15.3.3); bot checks answer so, too.
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
  // The Location of a 305 is a proxy, which no client uses any more (§15.4.6); 306 has no meaning (§15.4.7).
  305: error,
  306: error,
  307: redirect,
  308: redirect,
};

/**
 * Decides by the status what an answer is to a client that asked for a page without conditions, ranges or WebDAV
 * (RFC 9110 §15). 201 and 203 are pages. `contentRange` is read for a 206 alone: one of the whole is a page.
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

/** RFC 9110 §14.4: `bytes 0-499/500` is the whole. Without such a statement it may be a part. */
function isPart(contentRange: string | undefined): boolean {
  const [, first, last, length] = rangeOf(contentRange);
  return first !== '0' || length === undefined || Number(last) + 1 !== Number(length);
}

/**
 * Is a body with a status for whole pages only a part? The range means nothing beside a status other than 206 (RFC
 * 9110 §14.4); but where the body has just the length of the range, it is a part.
 */
export function isUnstatedPart(contentRange: string | undefined, bytes: number): boolean {
  const [, first, last] = rangeOf(contentRange);
  return first !== undefined && isPart(contentRange) && Number(last) + 1 - Number(first) === bytes;
}

function rangeOf(contentRange: string | undefined): (string | undefined)[] {
  return /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(contentRange ?? '') ?? [];
}

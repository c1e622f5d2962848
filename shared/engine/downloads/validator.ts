/** How much earlier than its answer a file must have changed for its date to tell it from every other version, whatever the clocks. */
const clearlyBeforeMs = 60_000;

/**
 * The strong validator of an answer, by which a part of the same file may be asked for: an ETag that is not weak; without one, a
 * Last-Modified that is well before the Date of the answer (RFC 9110 §8.8.2.2). `undefined`: the file can only be asked for from its
 * start, as where the server gives no parts.
 */
export function strongValidatorOf(headers: Record<string, string>): string | undefined {
  if (headers['accept-ranges']?.trim().toLowerCase() === 'none') return undefined;
  const tag = headers['etag']?.trim();
  if (tag !== undefined) return /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag) ? tag : undefined;
  const changed = headers['last-modified'];
  if (changed === undefined) return undefined;
  const changedAt = Date.parse(changed);
  return Date.parse(headers['date'] ?? '') - changedAt >= clearlyBeforeMs ? changed : undefined;
}

/** What a Content-Range says (RFC 9110 §14.4): `bytes 5-9/10`; the whole may be unknown. */
export function readContentRange(
  header: string | undefined,
): { first: number; end: number; whole: number | undefined } | undefined {
  const [, first, last, whole] = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  return { first: Number(first), end: Number(last) + 1, whole: whole === '*' ? undefined : Number(whole) };
}

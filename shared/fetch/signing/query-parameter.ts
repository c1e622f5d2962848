/**
 * The value of one parameter of a query, encoded as a signature holds it (RFC 9421 §2.2.8), or how often it is there
 * where that is not once. `name`: encoded in the same way.
 */
export function queryParameter(url: URL, name: unknown): string | { count: number } {
  const values = [...url.searchParams]
    .filter(([decoded]) => percentEncode(decoded) === name)
    .map(([, value]) => value);
  const [value] = values;
  return value === undefined || values.length > 1 ? { count: values.length } : percentEncode(value);
}

/** By the percent-encode set of application/x-www-form-urlencoded (WHATWG URL), with spaces as %20. */
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

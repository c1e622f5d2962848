/** Entries of one generation: two are kept, so that entries in use survive the change. */
export const maxEntries = 50_000;
/** Longer keys are computed each time, since pages are untrusted. */
export const maxKeyChars = 512;

/**
 * `compute` with its last answers cached: at least 50,000 of them, at most twice as many. The same object is
 * returned each time. `compute` must depend on nothing but the key.
 */
export function memoize<Value>(compute: (key: string) => Value): (key: string) => Value {
  let young = new Map<string, { value: Value }>();
  let old: typeof young = new Map();
  return (key) => {
    const known = young.get(key);
    if (known !== undefined) return known.value;
    if (key.length > maxKeyChars) return compute(key);
    const entry = old.get(key) ?? { value: compute(key) };
    if (young.size >= maxEntries) {
      old = young;
      young = new Map();
    }
    young.set(detach(key), entry);
    return entry.value;
  };
}

/** A copy, since a substring of a page's text keeps all of it in memory. */
export function detach(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: one byte per character, whichever
  const encoding = /[^\x00-\xff]/.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}

/**
 * Reads arrays without field names, whose shape the site may change: a value that is missing or of another type is
 * `undefined`.
 */
export function at(value: unknown, ...path: number[]): unknown {
  let found = value;
  for (const index of path) {
    if (!Array.isArray(found)) return undefined;
    found = found[index];
  }
  return found;
}

/** Trimmed; never empty. */
export function textAt(value: unknown, ...path: number[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found.trim() || undefined : undefined;
}

/** Between two limits, both included. */
export function numberAt(
  value: unknown,
  path: number[],
  { least, most }: { least: number; most: number },
): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && found >= least && found <= most ? found : undefined;
}

/** A count: whole and not negative. */
export function countAt(value: unknown, ...path: number[]): number | undefined {
  const found = at(value, ...path);
  return Number.isSafeInteger(found) && Number(found) >= 0 ? Number(found) : undefined;
}

/** Empty where there is none. */
export function listAt(value: unknown, ...path: number[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The results of `read`, without entries that it can't read; `undefined` when none is left. */
export function eachOf<T>(list: unknown[], read: (entry: unknown) => T | undefined): T[] | undefined {
  const readable = list.map(read).filter((value) => value !== undefined);
  return readable.length > 0 ? readable : undefined;
}

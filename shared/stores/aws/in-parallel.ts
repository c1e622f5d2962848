/** Runs `body` for every entry, at most `width` at once; the results in the entries' order. */
export async function inParallel<T, R>(
  entries: readonly T[],
  width: number,
  body: (entry: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = entries.entries();
  const worker = async () => {
    for (const [index, entry] of queue) results[index] = await body(entry, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, entries.length) }, worker));
  return results;
}

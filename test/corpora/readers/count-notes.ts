/** A line for each reason, the most frequent first. */
export function countNotes(reasons: string[]): string[] {
  const groups = Map.groupBy(reasons, (reason) => reason);
  return [...groups]
    .map(([reason, { length }]) => ({ reason, length }))
    .sort((a, b) => b.length - a.length)
    .map(({ reason, length }) => `${length} × ${reason}`);
}

const dayMs = 86_400_000;

/**
 * Epoch ms of the latest instant a W3C datetime may mean (https://www.w3.org/TR/NOTE-datetime), or of
 * any other date JavaScript reads, as feeds write them. `2026-01` is the end of January; a time without
 * a zone is UTC. `undefined` when it is no date.
 */
export function latestInstant(text: string): number | undefined {
  const date = text.trim();
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date);
  const hasNoZone = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(date);
  const start = Date.parse(hasNoZone ? `${date}Z` : date);
  if (Number.isNaN(start)) return undefined;
  if (parts === null) return start;
  const [, year, month, day] = parts;
  if (day !== undefined) return start + dayMs - 1;
  const end = month === undefined ? Date.UTC(Number(year) + 1, 0) : Date.UTC(Number(year), Number(month));
  return end - 1;
}

/**
 * The candidate that was most likely meant by `word`; undefined when none is near. Case, "-" and "_" do not count,
 * so that `max_pages` finds `maxPages`. `maxDistance`: the largest number of edits between the two.
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  maxDistance = Infinity,
): string | undefined {
  const wanted = foldKey(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const target = foldKey(candidate);
    const usual = Math.max(1, Math.floor(Math.max(wanted.length, target.length) / 3));
    const allowed = Math.min(maxDistance, usual);
    if (Math.abs(wanted.length - target.length) > allowed) continue;
    const distance = editDistance(wanted, target);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Keys are compared without case, `-` and `_`. */
export function foldKey(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, '');
}

/** Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours, at cost 1 each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, substitution, swap));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Infinity;
}

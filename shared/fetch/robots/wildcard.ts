/** A pattern in which `*` stands for any text, split at its stars. */
export interface Wildcard {
  head: string;
  /** Parts that must follow one another, in this order. */
  middle: string[];
  /** The end of the text; `undefined`: any. `''` after a star that ends the pattern. */
  tail: string | undefined;
  /** The pattern has no star, and must match the whole text. */
  isWhole: boolean;
}

/** `toEnd`: the pattern describes the whole text, not just its beginning. */
export function compileWildcard(pattern: string, toEnd: boolean): Wildcard {
  const [head = '', ...rest] = pattern.split('*');
  const isWhole = toEnd && rest.length === 0;
  const tail = toEnd ? rest.pop() : undefined;
  return { head, middle: rest.filter((part) => part !== ''), tail, isWhole };
}

/**
 * Matches each part at its first position. With `*` as the only wildcard that is sufficient, so no backtracking is
 * needed, and no pattern takes exponential time. Allocates nothing.
 */
export function matchesWildcard({ head, middle, tail, isWhole }: Wildcard, text: string): boolean {
  if (isWhole) return text === head;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return tail === undefined || (text.length - tail.length >= at && text.endsWith(tail));
}

/** A pattern in which `*` stands for any text, cut at its stars. */
export interface Wildcard {
  head: string;
  /** Each comes somewhere after the one before. */
  middle: string[];
  /** What the text ends with; `undefined`: it may go on. `''` after a star that ends the pattern. */
  tail: string | undefined;
  /** No star in it, and nothing may follow. */
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
 * Takes each part at its first place. With `*` as the only wildcard that is enough, so there is nothing
 * to go back to: no pattern takes exponential time. Allocates nothing.
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

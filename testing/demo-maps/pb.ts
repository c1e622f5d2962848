/** One token of a `pb` parameter, such as `!1d1500` or, with those it holds, `!1m3`. */
export interface Token {
  field: number;
  /** `m` holds others, `s` is text, `d` and `f` are numbers with fractions, `i` whole numbers, `b` 0 or 1. */
  type: string;
  value: string;
  tokens: Token[];
}

/**
 * Reads a `pb` parameter strictly: the number of an `m` counts all that it holds, at any depth. Undefined if
 * it says otherwise.
 */
export function readPb(text: string): Token[] | undefined {
  const parts = text.split('!').slice(1);
  const flat = parts.map((part) => /^(\d+)([a-z])(.*)$/s.exec(part));
  if (!text.startsWith('!') || flat.includes(null)) return undefined;
  const tokens = flat.map((match) => {
    const [, field = '', type = '', value = ''] = match ?? [];
    return { field: Number(field), type, value, tokens: [] };
  });
  return nest(tokens);
}

/** The value of the first token of that field and type, of this level alone. */
export function textOf(tokens: readonly Token[], field: number, type: string): string | undefined {
  return tokens.find((token) => token.field === field && token.type === type)?.value;
}

/** The first group, at any depth, for which `isWanted` holds. */
export function findGroup(
  tokens: readonly Token[],
  isWanted: (tokens: Token[]) => boolean,
): Token[] | undefined {
  for (const { type, tokens: inner } of tokens) {
    if (type !== 'm') continue;
    const found = isWanted(inner) ? inner : findGroup(inner, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nest(flat: readonly Token[]): Token[] | undefined {
  const nested: Token[] = [];
  for (let index = 0; index < flat.length; index += 1) {
    const token = flat[index];
    if (token === undefined) break;
    if (token.type === 'm') {
      const count = Number(token.value);
      const held = flat.slice(index + 1, index + 1 + count);
      const inner = nest(held);
      if (held.length !== count || inner === undefined) return undefined;
      token.tokens = inner;
      index += count;
    }
    nested.push(token);
  }
  return nested;
}

export interface Stated {
  property: 'email' | 'telephone' | 'sameAs';
  value: string;
}

/**
 * E-mails, telephone numbers and profiles of a JSON-LD script (schema.org), at any depth, except those of authors of
 * articles and reviews. Empty for what is not JSON. Never throws.
 */
export function readStructuredData(script: string): Stated[] {
  const found: Stated[] = [];
  const waiting: unknown[] = [parse(script)];
  for (let read = 0; waiting.length > 0 && read < maxValues; read++) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    const entries = Object.entries(value);
    for (const [key, child] of entries) {
      const property = properties.get(key.toLowerCase());
      if (property !== undefined) found.push(...textsIn(child).map((text) => ({ property, value: text })));
    }
    for (const [key, child] of entries.reverse()) if (!foreign.has(key)) waiting.push(child);
  }
  return found.slice(0, maxStated);
}

const maxValues = 50_000;
const maxStated = 200;
const maxChars = 2_000;
const properties = new Map<string, Stated['property']>([
  ['email', 'email'],
  ['telephone', 'telephone'],
  ['sameas', 'sameAs'],
]);
const foreign = new Set(['author', 'creator', 'review', 'reviews', 'reviewedBy', 'itemReviewed']);

function parse(script: string): unknown {
  // Some sites wrap the JSON in a comment or CDATA for old browsers, or leave line breaks within strings.
  const bare = script.replace('<![CDATA[', '').replace(']]>', '');
  const json = bare.slice(bare.search(/[{[]/), Math.max(bare.lastIndexOf('}'), bare.lastIndexOf(']')) + 1);
  try {
    return JSON.parse(json.replace(/[\r\n\t]+/g, ' '));
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): string[] {
  const texts: unknown[] = Array.isArray(value) ? value.slice(0, maxStated) : [value];
  return texts.filter((text): text is string => typeof text === 'string' && text.length <= maxChars);
}

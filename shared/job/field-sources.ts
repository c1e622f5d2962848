/** Where a value is: one of these, or `select` or `path`. What each finds is in `shared/extract/fields/place-of.ts`. */
export interface FieldPlace {
  select?: string | undefined;
  /** XPath 1.0, below the item's element. */
  xpath?: string | undefined;
  label?: string | undefined;
  meta?: string | undefined;
  jsonld?: string | undefined;
  path?: string | undefined;
}

/** One place of several (`from`), and what is taken there, where that differs from the field's own. */
export interface FieldSource extends FieldPlace {
  attr?: string | undefined;
  take?: 'text' | 'html' | undefined;
  regex?: string | undefined;
  within?: 'page' | undefined;
}

/** The short forms of `from`, with what their rest is. */
const prefixes = ['css', 'jsonld', 'label', 'meta', 'path', 'xpath'] as const;

/**
 * Reads a source written as a text: `jsonld.offers.price`, `meta.og:title`, `label:Weight`, `path:price`, `css:.price`; anything
 * else is a CSS selector.
 */
export function readSource(text: string): FieldSource {
  const [, before, dotted, rest = ''] = /^(?:([a-z]+):|((?:jsonld|meta)\b)\.)(.+)$/s.exec(text) ?? [];
  const prefix = prefixes.find((known) => known === (before ?? dotted));
  if (prefix === undefined) return { select: text };
  return prefix === 'css' ? { select: rest } : { [prefix]: rest };
}

/** A source in its short form, as counts and messages name it. */
export function nameOfSource({ select, xpath, label, meta, jsonld, path, attr }: FieldSource): string {
  const at = attr === undefined ? '' : ` @${attr}`;
  if (select !== undefined) return `css:${select}${at}`;
  if (xpath !== undefined) return `xpath:${xpath}${at}`;
  if (label !== undefined) return `label:${label}${at}`;
  if (meta !== undefined) return `meta.${meta}`;
  if (jsonld !== undefined) return `jsonld.${jsonld}`;
  return path === undefined ? `the element${at}` : `path:${path}`;
}

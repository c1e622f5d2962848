/** Prefixes by the URIs of the namespaces that they stand for, as a job declares them. */
export type Namespaces = Readonly<Record<string, string>>;

/** A selector or an expression, and the namespaces of its prefixes. */
export interface Namespaced {
  text: string;
  /** Where the job declares none, a prefix is that which the page writes. */
  namespaces?: Namespaces;
}

const declaration = /^namespaces(\{[^}]*\}) /;

/** The text with its namespaces in front of it, so that it can stand wherever a selector does. Their URIs have no braces. */
export function declareNamespaces(text: string, namespaces: Namespaces): string {
  return `namespaces${JSON.stringify(namespaces)} ${text}`;
}

/** What `declareNamespaces` has joined. */
export function splitNamespaces(declared: string): Namespaced {
  const [whole = '', json] = declaration.exec(declared) ?? [];
  if (json === undefined) return { text: declared };
  return { text: declared.slice(whole.length), namespaces: JSON.parse(json) as Namespaces };
}

/** The namespace of a prefix: `xml` has one that needs no declaration (Namespaces in XML 1.0, section 3). */
export function namespaceOfPrefix(prefix: string, namespaces: Namespaces): string | undefined {
  if (prefix === 'xml') return 'http://www.w3.org/XML/1998/namespace';
  return Object.hasOwn(namespaces, prefix) ? namespaces[prefix] : undefined;
}

import type { Json } from '../../model.ts';
import { type GraphNode, isNode } from './graph.ts';

/** A meta element of a page: each of the names that `name` or `property` gives it, in lower case, and its content. */
export interface PageMeta {
  names: string[];
  content: string;
}

/** The meta elements of a page by what they are for; of several of one name, a list. */
export interface PageMetas {
  /** Open Graph, without the prefix `og:`. */
  opengraph: GraphNode;
  /** Twitter's cards, without the prefix `twitter:`. */
  twitter: GraphNode;
  /** All others. */
  meta: GraphNode;
}

/** Names of meta elements are compared without case (HTML Standard, 4.2.5); `property` holds several (RDFa). */
export function metaNames(name: string | undefined, property: string | undefined): string[] {
  const names = [name?.trim() ?? '', ...(property ?? '').split(/\s+/)];
  return [...new Set(names.map((one) => withPrefix(one.toLowerCase())))].filter((one) => one !== '');
}

/** `http://ogp.me/ns/article#tag` is `article:tag`. */
function withPrefix(name: string): string {
  return name.replace(/^https?:\/\/ogp\.me\/ns(?:\/(\w+))?#/, (_, space = 'og') => `${space}:`);
}

export function readMetas(metas: readonly PageMeta[]): PageMetas {
  const found = { opengraph: new Map<string, Json[]>(), twitter: new Map(), meta: new Map() };
  for (const { names, content } of metas) {
    for (const name of names) {
      if (name.startsWith('twitter:')) add(found.twitter, name.slice('twitter:'.length), content);
      else if (openGraphNames.test(name)) addOpenGraph(found.opengraph, name, content);
      else add(found.meta, name, content);
    }
  }
  return {
    opengraph: objectOf(found.opengraph),
    twitter: objectOf(found.twitter),
    meta: objectOf(found.meta),
  };
}

/** The namespaces of https://ogp.me, Facebook's own, and that of products, which many shops use. */
const openGraphNames = /^(?:og|music|video|article|book|profile|product|fb):/;

/** Properties whose values have properties of their own (https://ogp.me/#structured, #arrays): always lists of objects. */
const structured = ['og:image', 'og:video', 'og:audio', 'music:song', 'music:album', 'video:actor'];

/**
 * `og:image:width` belongs to the image before it. The URL of an image begins another one, unless it repeats
 * that of the last (`og:image:url` beside `og:image`).
 */
function addOpenGraph(found: Map<string, Json[]>, name: string, content: string): void {
  const root = structured.find((known) => name === known || name.startsWith(`${known}:`));
  if (root === undefined) {
    add(found, plainName(name), content);
    return;
  }
  const property = name === root ? 'url' : name.slice(root.length + 1);
  const values = found.get(plainName(root)) ?? [];
  found.set(plainName(root), values);
  const last = values.at(-1);
  const isRepeated = isNode(last) && last['url'] === content;
  if (property === 'url' && !isRepeated) values.push({ url: content });
  else if (isNode(last))
    last[property] = joined(Object.hasOwn(last, property) ? last[property] : undefined, content);
  else values.push({ [property]: content });
}

function joined(known: Json | undefined, content: string): Json {
  if (known === undefined || known === content) return content;
  return Array.isArray(known) ? [...known, content] : [known, content];
}

function plainName(name: string): string {
  return name.startsWith('og:') ? name.slice('og:'.length) : name;
}

function add(found: Map<string, Json[]>, name: string, content: string): void {
  const values = found.get(name);
  if (values === undefined) found.set(name, [content]);
  else values.push(content);
}

function objectOf(found: Map<string, Json[]>): GraphNode {
  return Object.fromEntries(
    [...found].map(([name, values]) => {
      const [first = null, ...others] = values;
      return [name, others.length > 0 || isNode(first) ? values : first];
    }),
  );
}

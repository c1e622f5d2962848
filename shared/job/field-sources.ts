import { splitNamespaces } from '../schema/namespaces.ts';
import type { ArticleChoice } from './article-parts.ts';

/** The forms in which a field takes an element. */
export const takenForms = ['text', 'html', 'markdown'] as const;

export type Taken = (typeof takenForms)[number];

/**
 * Where a value is: one of these, or `select` or `path`. What each finds is in `shared/extract/fields/places.ts` and
 * `shared/extract/fields/page-data.ts`.
 */
export interface FieldPlace {
  select?: string | undefined;
  /** XPath 1.0, below the item's element. */
  xpath?: string | undefined;
  label?: string | undefined;
  /** In a row of a table: the heading of the column. */
  column?: string | undefined;
  meta?: string | undefined;
  jsonld?: string | undefined;
  microdata?: string | undefined;
  rdfa?: string | undefined;
  og?: string | undefined;
  /** A variable of the page's scripts, or the id of one that holds JSON; `path` below it. */
  script?: string | undefined;
  /** A part of the page's main text. */
  article?: ArticleChoice | undefined;
  path?: string | undefined;
}

/** One place of several (`from`), and what is taken there, where that differs from the field's own. */
export interface FieldSource extends FieldPlace {
  attr?: string | undefined;
  take?: Taken | undefined;
  regex?: string | undefined;
  within?: 'page' | undefined;
  timeZone?: string | undefined;
}

/** The places in what a page says of things in a form for machines, each with its path. */
export const graphPlaces = ['jsonld', 'microdata', 'rdfa', 'og'] as const;

export type GraphPlace = (typeof graphPlaces)[number];

/** Is the value data of the whole page, whatever the item's element? */
export function isPageData(place: FieldPlace & { structured?: unknown }): boolean {
  return (
    (place.structured ??
      place.script ??
      place.article ??
      graphPlaces.find((key) => place[key] !== undefined)) !== undefined
  );
}

/** Is it found in the tree of its page alone? Microdata and RDFa follow references through the page. */
export function isOfTree({ microdata, rdfa, article }: FieldPlace): boolean {
  return (microdata ?? rdfa ?? article) !== undefined;
}

/** The short forms of `from`, with what their rest is. */
const prefixes = [
  'article',
  'column',
  'css',
  'label',
  'meta',
  'path',
  'script',
  'xpath',
  ...graphPlaces,
] as const;
const dotted = new RegExp(`^(?:([a-z]+):|((?:article|meta|${graphPlaces.join('|')})\\b)\\.)(.+)$`, 's');

/**
 * Reads a source written as a text: `jsonld.offers.price`, `microdata.Product.name`, `og.image.width`, `meta.og:title`, `article.title`,
 * `label:Weight`, `path:price`, `css:.price`; anything else is a CSS selector.
 */
export function readSource(text: string): object {
  const [, before, name = before, rest = ''] = dotted.exec(text) ?? [];
  const prefix = prefixes.find((known) => known === name);
  if (prefix === undefined) return { select: text };
  return prefix === 'css' ? { select: rest } : { [prefix]: rest };
}

/** A source in its short form, as counts and messages name it. */
export function nameOfSource(source: FieldSource): string {
  const { label, column, meta, article, script, path, attr } = source;
  const [select, xpath] = [source.select, source.xpath].map(
    (written) => written && splitNamespaces(written).text,
  );
  const at = attr === undefined ? '' : ` @${attr}`;
  if (select !== undefined) return `css:${select}${at}`;
  if (xpath !== undefined) return `xpath:${xpath}${at}`;
  if (label !== undefined) return `label:${label}${at}`;
  if (column !== undefined) return `column:${column}${at}`;
  if (meta !== undefined) return `meta.${meta}`;
  if (article !== undefined) return `article.${article === true ? '*' : article}`;
  if (script !== undefined) return path === undefined ? `script:${script}` : `script:${script} ${path}`;
  const graph = graphPlaces.find((key) => source[key] !== undefined);
  if (graph !== undefined) return `${graph}.${source[graph]}`;
  return path === undefined ? `the element${at}` : `path:${path}`;
}

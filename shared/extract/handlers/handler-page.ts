import { type AnyNode, type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import type { PageContent } from '../page-content.ts';
import { compileQuery, type Query } from '../tree/query.ts';
import { markupOf } from '../tree/serialise.ts';
import type { Page } from '../types.ts';
import { textOf } from '../values/text.ts';
import type { HandlerElement, HandlerPage } from './handler.ts';

/** Selectors that handlers use, compiled once. Bounded, since handlers may make new ones for each page. */
export type QueryCache = Map<string, Query>;
const maxQueries = 1_000;

/** The page object for a handler. It may change `items`, which are copies: only the returned value counts. */
export function makeHandlerPage(
  page: Page,
  content: PageContent,
  items: Record<string, Json>[],
  queries: QueryCache,
): HandlerPage {
  const root = () => (content.hasRecords ? undefined : content.document());
  return {
    url: page.url,
    label: page.label,
    status: page.status,
    depth: page.depth,
    referrer: page.referrer,
    fetchedAt: page.fetchedAt,
    contentType: page.contentType,
    get text() {
      return content.text();
    },
    fields: items[0] ?? {},
    items,
    json: () => structuredClone(content.json()),
    ...searchIn(root, queries),
  };
}

function searchIn(root: () => AnyNode | undefined, queries: QueryCache) {
  return {
    all(selector: string): HandlerElement[] {
      const node = root();
      const found = node === undefined ? [] : queryOf(selector, queries).all(node);
      return found.map((element) => wrap(element, queries));
    },
    first(selector: string): HandlerElement | undefined {
      const node = root();
      const found = node === undefined ? undefined : queryOf(selector, queries).first(node);
      return found && wrap(found, queries);
    },
  };
}

function wrap(element: Element, queries: QueryCache): HandlerElement {
  return {
    name: element.name,
    text: () => textOf(element),
    attr: (name) => {
      const key = name.toLowerCase();
      return isTag(element) && Object.hasOwn(element.attribs, key) ? element.attribs[key] : undefined;
    },
    html: () => markupOf(element),
    ...searchIn(() => element, queries),
  };
}

function queryOf(selector: string, queries: QueryCache): Query {
  const known = queries.get(selector);
  if (known) return known;
  const query = compileQuery(selector);
  if (queries.size >= maxQueries) queries.clear();
  queries.set(selector, query);
  return query;
}

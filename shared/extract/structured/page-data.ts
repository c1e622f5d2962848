import type { Document } from 'domhandler';
import type { Field } from '../../job/schema.ts';
import type { Language } from '../fields/language.ts';
import type { Reading } from '../fields/reading.ts';
import type { Page } from '../types.ts';
import { type ElementReading, elementReaders } from './element-text.ts';
import { type Graph, type GraphNode, makeGraph } from './graph.ts';
import { type JsonLd, jsonLdOf, jsonLdScripts } from './json-ld.ts';
import { type MicrodataItem, readMicrodata } from './microdata.ts';
import { nodeOfItem } from './microdata-forms.ts';
import { metaNames, type PageMeta, type PageMetas, readMetas } from './page-metas.ts';
import { graphOfNodes, nodesOfTriples } from './rdfa/rdfa-nodes.ts';
import { readRdfa } from './rdfa/read-rdfa.ts';

/** A page and its content. */
export type PageSource = Pick<Reading, 'page' | 'base' | 'document'>;

/** Reads one syntax of a page's structured data. `scope`: the page. */
export type SyntaxReader<Spot, Found> = (scope: Spot, source: PageSource) => Found;

/** The JSON-LD of a page's scripts. */
export function compileJsonLd<Spot>(language: Language<Spot>, location: string): SyntaxReader<Spot, JsonLd> {
  const locate = language.locate({ ...everyOne, select: jsonLdScripts }, location);
  return (scope, { page, base }) =>
    jsonLdOf(page, () => locate(scope).map((script) => language.rawText(script)), base);
}

const everyOne: Field = { list: true, take: 'text', required: false };

/** The meta elements of a page. */
export function compileMetas<Spot>(
  language: Language<Spot>,
  location: string,
): SyntaxReader<Spot, PageMetas> {
  const attributes = {
    name: attribute('name'),
    property: attribute('property'),
    content: attribute('content'),
  };
  const metas: Field = { ...everyOne, select: 'meta', fields: attributes };
  const locate = language.locate(metas, location);
  const inside = language.below(metas);
  const [name, property, content] = Object.values(attributes).map((field) => {
    const find = inside.locate(field, location);
    const take = inside.take(field, location);
    return (spot: Spot, reading: PageSource) => {
      const [found] = find(spot);
      const value = found === undefined ? undefined : take(found, reading);
      return typeof value === 'string' ? value : undefined;
    };
  });
  const metaAt = (spot: Spot, reading: PageSource): PageMeta[] => {
    const text = content?.(spot, reading);
    return text === undefined
      ? []
      : [{ names: metaNames(name?.(spot, reading), property?.(spot, reading)), content: text }];
  };
  return (scope, reading) =>
    readOnce(metasOfPages, reading.page, () =>
      readMetas(locate(scope).flatMap((spot) => metaAt(spot, reading))),
    );
}

function attribute(attr: string): Field {
  return { ...everyOne, list: false, attr };
}

/** The microdata of a page. */
export interface Microdata {
  items: MicrodataItem[];
  graph: Graph;
}

/** A page that is no markup has none. `reading`: how the texts of elements are read. */
export function microdataOf({ document, base }: PageSource, reading: ElementReading = 'text'): Microdata {
  const tree = document();
  if (tree === undefined) return { items: [], graph: makeGraph([]) };
  return readOnce(microdataOfTrees[reading], tree, () => {
    const items = readMicrodata(tree, base(), elementReaders[reading]);
    return { items, graph: makeGraph(items.map(nodeOfItem)) };
  });
}

/** The RDFa of a page. */
export interface Rdfa {
  /** As expanded JSON-LD. */
  nodes: GraphNode[];
  graph: Graph;
}

/** A page that is no markup has none. `reading`: how the texts of elements are read. */
export function rdfaOf({ document, base }: PageSource, reading: ElementReading = 'text'): Rdfa {
  const tree = document();
  if (tree === undefined) return { nodes: [], graph: makeGraph([]) };
  return readOnce(rdfaOfTrees[reading], tree, () => {
    const nodes = nodesOfTriples(readRdfa(tree, base(), elementReaders[reading]));
    return { nodes, graph: graphOfNodes(nodes) };
  });
}

const metasOfPages = new WeakMap<Page, PageMetas>();
const microdataOfTrees = forEachReading<Microdata>();
const rdfaOfTrees = forEachReading<Rdfa>();

function forEachReading<Found>(): { readonly [Reading in ElementReading]: WeakMap<Document, Found> } {
  return { text: new WeakMap(), digits: new WeakMap(), number: new WeakMap() };
}

/** For all fields that ask. */
function readOnce<Key extends object, Found>(known: WeakMap<Key, Found>, key: Key, read: () => Found): Found {
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}

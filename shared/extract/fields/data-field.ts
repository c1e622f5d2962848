import type { ArticleChoice } from '../../job/article-parts.ts';
import { type GraphPlace, graphPlaces } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { compileArticleChoice } from '../article/article-values.ts';
import { findArticle } from '../article/find-article.ts';
import { graphPathAt } from '../compile-part.ts';
import { joinPath } from '../json/json-path.ts';
import { compileScript } from '../scripts/page-scripts.ts';
import { type Graph, isNode, isReference } from '../structured/graph.ts';
import {
  compileJsonLd,
  compileMetas,
  microdataOf,
  rdfaOf,
  type SyntaxReader,
} from '../structured/page-data.ts';
import { compileStructured } from '../structured/structured.ts';
import type { Language } from './language.ts';
import type { FieldAt, Loss, Reading } from './reading.ts';

/** Finds the values of a field that is data of the page. */
export type DataReader<Spot> = (scope: Spot, reading: Reading, at: FieldAt) => FoundData;

export interface FoundData {
  values: Json[];
  /** Why there are none, where that is not that the page does not have them. */
  loss?: Loss;
}

/** Compiles how the values of a field are found that is data of the page; `undefined` for another one. */
export function compileData<Spot>(
  field: Field,
  location: string,
  language: Language<Spot>,
): DataReader<Spot> | undefined {
  if (field.article !== undefined) return compileArticleData(field.article, field.timeZone);
  if (field.structured !== undefined) {
    const read = compileStructured(field.structured, location, language);
    return (scope, reading, at) => marked(read(scope, reading), reading, at);
  }
  if (field.script !== undefined) return compileScriptData(field, field.script, location, language);
  const place = graphPlaces.find((key) => field[key] !== undefined);
  return place === undefined ? undefined : compileGraphData(field, place, location, language);
}

/** What the field takes of the main text of the page. */
function compileArticleData<Spot>(choice: ArticleChoice, timeZone: string | undefined): DataReader<Spot> {
  const readChoice = compileArticleChoice(choice, timeZone);
  const loss: Loss = { step: 'article', ...(typeof choice === 'string' ? { wanted: choice } : {}) };
  return (_scope, reading, at) => {
    const document = reading.document();
    const article = document && findArticle(document, reading.page, reading.base());
    const onDetected = () => reading.onMark({ kind: 'detected', field: joinPath(at.parent, at.name) });
    const value = article && readChoice(article, reading, onDetected);
    return value === undefined ? { values: [], loss } : { values: [value] };
  };
}

function compileGraphData<Spot>(
  field: Field,
  place: GraphPlace,
  location: string,
  language: Language<Spot>,
): DataReader<Spot> {
  const { compile, plain } = graphs[place];
  const graphAt = compile(language, location);
  const readPath = graphPathAt(`${location}.${place}`, field[place] ?? '');
  return (scope, reading, at) => {
    const graph = graphAt(scope, reading);
    const values = readPath(graph);
    const taken = field.fields === undefined ? values.map(plain) : values;
    return marked({ values: taken, isMended: graph.isMended }, reading, at);
  };
}

/** Values in scripts: where a variable has several, the first that has the path. */
function compileScriptData<Spot>(
  { path = '', list, fields }: Field,
  name: string,
  location: string,
  language: Language<Spot>,
): DataReader<Spot> {
  const read = compileScript(name, path, location, language);
  return (scope, reading, at) => {
    const { value, isMended, code } = read(scope, reading);
    if (value === undefined) {
      return code === undefined ? { values: [] } : { values: [], loss: { step: 'script', found: code } };
    }
    const values = Array.isArray(value) && (list || fields !== undefined) ? value : [value];
    return marked({ values, isMended }, reading, at);
  };
}

/** Counts values of data that was broken. */
function marked(
  { values, isMended }: { values: Json[]; isMended: boolean },
  reading: Reading,
  at: FieldAt,
): FoundData {
  if (isMended && values.length > 0) reading.onMark({ kind: 'mended', field: joinPath(at.parent, at.name) });
  return { values };
}

interface GraphRules {
  compile<Spot>(language: Language<Spot>, location: string): SyntaxReader<Spot, Graph>;
  /** What a thing is as a single value. */
  plain(value: Json): Json;
}

const asItIs = (value: Json) => value;

const graphs: { readonly [Place in GraphPlace]: GraphRules } = {
  jsonld: {
    compile: (language, location) => {
      const read = compileJsonLd(language, location);
      return (scope, reading) => read(scope, reading).graph;
    },
    plain: asItIs,
  },
  microdata: { compile: () => (_scope, reading) => microdataOf(reading).graph, plain: asItIs },
  rdfa: {
    compile: () => (_scope, reading) => rdfaOf(reading).graph,
    // A link is the address of what it leads to, where the page says no more of that.
    plain: (value) => (isNode(value) && isReference(value) ? (value['@id'] ?? null) : value),
  },
  og: {
    compile: (language, location) => {
      const read = compileMetas(language, location);
      return (scope, reading) => graphOfOpenGraph(read(scope, reading).opengraph);
    },
    // `og: image` is its URL.
    plain: (value) => (isNode(value) ? (value['url'] ?? null) : value),
  },
};

/** Names are whole: `amount` is not that of `product:price:amount`. */
function graphOfOpenGraph(object: Record<string, Json>): Graph {
  return {
    things: [object],
    ofType: () => [],
    resolve: (value) => value,
    nameOf: (name) => name,
    isMended: false,
  };
}

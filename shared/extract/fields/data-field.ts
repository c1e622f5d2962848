import type { ArticleChoice } from '../../job/article-parts.ts';
import { type GraphPlace, graphPlaces } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { compileArticleChoice } from '../article/article-values.ts';
import { findArticle } from '../article/find-article.ts';
import { graphPathAt } from '../compile-part.ts';
import { joinPath } from '../json/json-path.ts';
import { compileScript } from '../scripts/page-scripts.ts';
import {
  type ElementReading,
  elementReadingOf,
  noteNumbers,
  readsDigitsInside,
} from '../structured/element-text.ts';
import { type Graph, isNode, isReference, localName } from '../structured/graph.ts';
import {
  compileJsonLd,
  compileMetas,
  microdataOf,
  rdfaOf,
  type SyntaxReader,
} from '../structured/page-data.ts';
import { compileStructured } from '../structured/structured.ts';
import { fieldTypeOf } from '../values/field-types.ts';
import { markAmbiguous } from './candidates.ts';
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
    return (scope, reading, at) => {
      const { unread, ...found } = read(scope, reading);
      const path = () => joinPath(joinPath(at.parent, at.name), 'jsonld');
      if (unread !== undefined) reading.onLost({ step: 'json', found: unread }, field, path);
      return marked(found, reading, at);
    };
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
  const graphAt = compile(language, location, elementReadingOf(field));
  const numbersAt = readsDigitsInside(field) ? compile(language, location, 'number') : undefined;
  const readPath = graphPathAt(`${location}.${place}`, field[place] ?? '');
  const asAddress = field.type !== undefined && fieldTypeOf(field.type).isAddress ? addressOf : asItIs;
  return (scope, reading, at) => {
    const graph = graphAt(scope, reading);
    const values = readPath(graph, (other) => markAmbiguous(other, reading, at));
    if (numbersAt !== undefined) noteNumbers(values, readPath(numbersAt(scope, reading)));
    if (values.length === 0) return nothing(undefined, graph.unread);
    const taken = field.fields === undefined ? values.map(plain).map(asAddress) : values;
    return marked({ values: taken, isMended: graph.isMended }, reading, at);
  };
}

/** Values in scripts: where a variable has several, the first that has the path, counted as ambiguous where another one differs. */
function compileScriptData<Spot>(
  { path = '', list, fields }: Field,
  name: string,
  location: string,
  language: Language<Spot>,
): DataReader<Spot> {
  const read = compileScript(name, path, location, language);
  return (scope, reading, at) => {
    const { value, other, isMended, code, unread } = read(scope, reading);
    if (value === undefined) return nothing(code, unread);
    markAmbiguous(other, reading, at);
    const values = Array.isArray(value) && (list || fields !== undefined) ? value : [value];
    return marked({ values, isMended }, reading, at);
  };
}

function nothing(code: string | undefined, unread: string | undefined): FoundData {
  if (code !== undefined) return { values: [], loss: { step: 'script', found: code } };
  return unread === undefined ? { values: [] } : { values: [], loss: { step: 'json', found: unread } };
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
  compile<Spot>(language: Language<Spot>, location: string, texts: ElementReading): SyntaxReader<Spot, Graph>;
  /** What a thing is as a single value. */
  plain(value: Json): Json;
}

const asItIs = (value: Json) => value;

/** A link is the address of what it leads to, where the page says no more of that. */
function idOfReference(value: Json): Json {
  return isNode(value) && isReference(value) ? (value['@id'] ?? null) : value;
}

/** Where the file of a thing is, such as that of an ImageObject, or else its page, in the terms of schema.org. */
function addressOf(value: Json): Json {
  if (!isNode(value)) return value;
  for (const wanted of ['contentUrl', 'url']) {
    const name = Object.keys(value).find((own) => localName(own) === wanted);
    const address = name === undefined ? undefined : idOfReference(value[name] ?? null);
    if (typeof address === 'string') return address;
  }
  return value['@id'] ?? value;
}

const graphs: { readonly [Place in GraphPlace]: GraphRules } = {
  jsonld: {
    compile: (language, location) => {
      const read = compileJsonLd(language, location);
      return (scope, reading) => read(scope, reading).graph;
    },
    plain: idOfReference,
  },
  microdata: {
    compile: (_language, _location, texts) => (_scope, reading) => microdataOf(reading, texts).graph,
    plain: asItIs,
  },
  rdfa: {
    compile: (_language, _location, texts) => (_scope, reading) => rdfaOf(reading, texts).graph,
    plain: idOfReference,
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

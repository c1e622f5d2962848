import type { Json } from '../../model.ts';
import { graphPathAt } from '../compile-part.ts';
import type { Language } from '../fields/language.ts';
import { jsonLanguage } from '../json/json-fields.ts';
import { asReadBy } from './element-text.ts';
import { type Graph, isNode, localName } from './graph.ts';

/** Fields below a value of a graph: by `path`, as `jsonld` reads one, except that references by `@id` are not followed. */
export const graphLanguage: Language<Json> = {
  ...jsonLanguage,
  locate(field, location) {
    const { path } = field;
    if (path === undefined) return jsonLanguage.locate(field, location);
    const read = graphPathAt(`${location}.path`, path);
    return (scope) => read(graphBelow(asReadBy(field, scope)));
  },
  below: () => graphLanguage,
  ofPage: () => graphLanguage,
};

function graphBelow(scope: Json): Graph {
  return {
    things: isNode(scope) ? [scope] : [],
    ofType: () => [],
    resolve: (value) => value,
    nameOf: localName,
    isMended: false,
  };
}

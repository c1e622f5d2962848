import { type Syntax, syntaxNames } from '../../job/syntaxes.ts';
import type { Json } from '../../model.ts';
import type { Language } from '../fields/language.ts';
import type { Reading } from '../fields/reading.ts';
import { isEmpty } from '../without-values.ts';
import type { JsonLd } from './json-ld.ts';
import { jsonOfItem } from './microdata-forms.ts';
import { compileJsonLd, compileMetas, microdataOf, rdfaOf, type SyntaxReader } from './page-data.ts';
import type { PageMetas } from './page-metas.ts';

interface FoundStructured {
  values: Json[];
  isMended: boolean;
  /** The beginning of JSON-LD that is broken beyond mending. */
  unread: string | undefined;
}

/**
 * Compiles the field of all structured data of a page: an object with a key for each syntax, those without data with an
 * empty list or object; no value at all for a page without any.
 */
export function compileStructured<Spot>(
  syntaxes: 'all' | Syntax[],
  location: string,
  language: Language<Spot>,
): (scope: Spot, reading: Reading) => FoundStructured {
  const readJsonLd = compileJsonLd(language, location);
  const readers = compileSyntaxes(readJsonLd, compileMetas(language, location));
  const wanted = syntaxes === 'all' ? syntaxNames : syntaxes;
  return (scope, reading) => {
    const entries = wanted.map((syntax) => [syntax, readers[syntax](scope, reading)] as const);
    const found = Object.fromEntries(entries);
    const values = isEmpty(found) ? [] : [found];
    if (!wanted.includes('jsonld')) return { values, isMended: false, unread: undefined };
    const { isMended, unread } = readJsonLd(scope, reading).graph;
    return { values, isMended, unread };
  };
}

function compileSyntaxes<Spot>(
  readJsonLd: SyntaxReader<Spot, JsonLd>,
  readMetas: SyntaxReader<Spot, PageMetas>,
): { readonly [Name in Syntax]: SyntaxReader<Spot, Json> } {
  return {
    jsonld: (scope, reading) => readJsonLd(scope, reading).values,
    microdata: (_scope, reading) => microdataOf(reading).items.map(jsonOfItem),
    rdfa: (_scope, reading) => rdfaOf(reading).nodes,
    opengraph: (scope, reading) => readMetas(scope, reading).opengraph,
    twitter: (scope, reading) => readMetas(scope, reading).twitter,
    meta: (scope, reading) => readMetas(scope, reading).meta,
  };
}

/** RDF's own names. */
export const rdf = {
  type: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
  xmlLiteral: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral',
  html: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML',
} as const;

export const rdfa = {
  usesVocabulary: 'http://www.w3.org/ns/rdfa#usesVocabulary',
  copy: 'http://www.w3.org/ns/rdfa#copy',
  pattern: 'http://www.w3.org/ns/rdfa#Pattern',
} as const;

/** The vocabulary of names with an empty prefix, such as `:next`. */
export const xhtmlVocabulary = 'http://www.w3.org/1999/xhtml/vocab#';

/** Terms without a vocabulary (https://www.w3.org/2011/rdfa-context/rdfa-1.1). */
export const initialTerms: ReadonlyMap<string, string> = new Map([
  ['describedby', 'http://www.w3.org/2007/05/powder-s#describedby'],
  ['license', `${xhtmlVocabulary}license`],
  ['role', `${xhtmlVocabulary}role`],
]);

/** Prefixes that need no declaration (https://www.w3.org/2011/rdfa-context/rdfa-1.1). */
export const initialPrefixes: ReadonlyMap<string, string> = new Map([
  ['as', 'https://www.w3.org/ns/activitystreams#'],
  ['cat', 'http://www.w3.org/ns/dcat#'],
  ['cc', 'http://creativecommons.org/ns#'],
  ['cnt', 'http://www.w3.org/2008/content#'],
  ['csvw', 'http://www.w3.org/ns/csvw#'],
  ['ctag', 'http://commontag.org/ns#'],
  ['dc', 'http://purl.org/dc/terms/'],
  ['dc11', 'http://purl.org/dc/elements/1.1/'],
  ['dcat', 'http://www.w3.org/ns/dcat#'],
  ['dcterms', 'http://purl.org/dc/terms/'],
  ['dqv', 'http://www.w3.org/ns/dqv#'],
  ['duv', 'https://www.w3.org/ns/duv#'],
  ['earl', 'http://www.w3.org/ns/earl#'],
  ['foaf', 'http://xmlns.com/foaf/0.1/'],
  ['gldp', 'http://www.w3.org/ns/people#'],
  ['gr', 'http://purl.org/goodrelations/v1#'],
  ['grddl', 'http://www.w3.org/2003/g/data-view#'],
  ['ht', 'http://www.w3.org/2006/http#'],
  ['ical', 'http://www.w3.org/2002/12/cal/icaltzd#'],
  ['jsonld', 'http://www.w3.org/ns/json-ld#'],
  ['ldp', 'http://www.w3.org/ns/ldp#'],
  ['ma', 'http://www.w3.org/ns/ma-ont#'],
  ['oa', 'http://www.w3.org/ns/oa#'],
  ['odrl', 'http://www.w3.org/ns/odrl/2/'],
  ['og', 'http://ogp.me/ns#'],
  ['org', 'http://www.w3.org/ns/org#'],
  ['owl', 'http://www.w3.org/2002/07/owl#'],
  ['prov', 'http://www.w3.org/ns/prov#'],
  ['ptr', 'http://www.w3.org/2009/pointers#'],
  ['qb', 'http://purl.org/linked-data/cube#'],
  ['rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'],
  ['rdfa', 'http://www.w3.org/ns/rdfa#'],
  ['rdfs', 'http://www.w3.org/2000/01/rdf-schema#'],
  ['rev', 'http://purl.org/stuff/rev#'],
  ['rif', 'http://www.w3.org/2007/rif#'],
  ['rr', 'http://www.w3.org/ns/r2rml#'],
  ['schema', 'http://schema.org/'],
  ['sd', 'http://www.w3.org/ns/sparql-service-description#'],
  ['sioc', 'http://rdfs.org/sioc/ns#'],
  ['skos', 'http://www.w3.org/2004/02/skos/core#'],
  ['skosxl', 'http://www.w3.org/2008/05/skos-xl#'],
  ['sosa', 'http://www.w3.org/ns/sosa/'],
  ['ssn', 'http://www.w3.org/ns/ssn/'],
  ['time', 'http://www.w3.org/2006/time#'],
  ['v', 'http://rdf.data-vocabulary.org/#'],
  ['vcard', 'http://www.w3.org/2006/vcard/ns#'],
  ['void', 'http://rdfs.org/ns/void#'],
  ['wdr', 'http://www.w3.org/2007/05/powder#'],
  ['wdrs', 'http://www.w3.org/2007/05/powder-s#'],
  ['xhv', xhtmlVocabulary],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
  ['xsd', 'http://www.w3.org/2001/XMLSchema#'],
]);

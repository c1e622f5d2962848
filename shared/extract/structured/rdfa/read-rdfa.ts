import { type Document, type Element, isTag } from 'domhandler';
import type { PageBase } from '../../links/resolve-url.ts';
import { type ElementText, elementReaders } from '../element-text.ts';
import { copyPatterns } from './copy-patterns.ts';
import { initialPrefixes, rdf, rdfa } from './initial-context.ts';
import { literalOf, statesValue } from './literal.ts';
import { iriOf, type NameScope, nameOf, namesOf, predicatesOf, prefixesOf, withoutTerms } from './names.ts';
import { objectOf, type Subjects, subjectsOf, subjectsOfRelation } from './subjects.ts';
import { type RdfObject, type Triple, Triples } from './triples.ts';

/**
 * The statements of a page in RDFa 1.1, by the processing sequence of RDFa Core 1.1 (7.5) with the rules of
 * HTML+RDFa 1.1. Vocabularies are not fetched, so that none of their rules is applied. Throws `EXTRACT_FAILED` for
 * a page that makes too many.
 */
export function readRdfa(document: Document, base: PageBase, textOf = elementReaders.text): Triple[] {
  const root = document.children.find(isTag);
  if (root === undefined) return [];
  const reader = new RdfaReader(base, textOf);
  reader.readRoot(root);
  return copyPatterns(reader.triples.all);
}

/** RDFa Core 1.1, 7.1: the evaluation context. */
interface Evaluation extends NameScope {
  parentSubject: string;
  parentObject: string;
  incomplete: Incomplete[];
  /** The lists of the parent object, by their predicates. */
  lists: Lists;
  language: string;
}

type Lists = Map<string, RdfObject[]>;

/** A predicate whose other end is a thing inside of the element. */
type Incomplete = { predicate: string; isReverse: boolean } | { list: RdfObject[] };

interface Relations {
  rel: string | undefined;
  rev: string | undefined;
}

class RdfaReader {
  readonly triples = new Triples();
  private readonly base: PageBase;
  private readonly textOf: ElementText;
  private readonly named = new Map<string, string>();
  private blankNodes = 0;

  constructor(base: PageBase, textOf: ElementText) {
    this.base = base;
    this.textOf = textOf;
  }

  readRoot(root: Element): void {
    const { url } = this.base;
    const lists: Lists = new Map();
    this.read(root, {
      base: this.base,
      prefixes: initialPrefixes,
      vocabulary: undefined,
      blankNode: this.blankNode,
      parentSubject: url,
      parentObject: url,
      incomplete: [],
      lists,
      language: '',
    });
    this.addLists(url, lists);
  }

  private read(element: Element, around: Evaluation): void {
    const scope = this.scopeOf(element, around);
    const relations = relationsOf(element);
    const hasRelations = relations.rel !== undefined || relations.rev !== undefined;
    const find = hasRelations ? subjectsOfRelation : subjectsOf;
    const found = find(element, scope, this.newNode);
    const { subject, isSkipped } = found;
    this.addTypes(element, scope, found);
    const lists: Lists = subject === around.parentObject ? around.lists : new Map();
    const inside = { ...scope, lists, incomplete: isSkipped ? around.incomplete : [] };
    const object = hasRelations ? this.addRelations(element, relations, inside, found) : found.object;
    if (!isSkipped) {
      this.addProperties(element, inside, found, hasRelations);
      this.complete(around, subject);
    }
    this.readInside(element, inside, { ...found, object });
    if (lists !== around.lists) this.addLists(subject, lists);
  }

  /** Step 13. */
  private readInside(element: Element, inside: Evaluation, { subject, object, isSkipped }: Subjects): void {
    if (element.name === 'template') return;
    const parentObject = object ?? subject;
    const lists: Lists = parentObject === subject ? inside.lists : new Map();
    const next = isSkipped ? inside : { ...inside, parentSubject: subject, parentObject, lists };
    for (const child of element.children) if (isTag(child)) this.read(child, next);
    if (lists !== inside.lists) this.addLists(parentObject, lists);
  }

  /** Steps 2 to 4. */
  private scopeOf({ attribs }: Element, around: Evaluation): Evaluation {
    const { vocab, lang = attribs['xml:lang'] } = attribs;
    const own = declaredPrefixes(attribs);
    const prefixes = own.length === 0 ? around.prefixes : new Map([...around.prefixes, ...own]);
    const scope = { ...around, prefixes, language: lang?.trim() ?? around.language };
    if (vocab === undefined) return scope;
    const vocabulary = vocab.trim() === '' ? undefined : iriOf(vocab, around);
    if (vocabulary !== undefined) {
      this.triples.add(this.base.url, rdfa.usesVocabulary, { '@id': vocabulary });
    }
    return { ...scope, vocabulary };
  }

  /** Step 7. */
  private addTypes({ attribs }: Element, scope: Evaluation, { typed }: Subjects): void {
    if (typed === undefined) return;
    for (const type of namesOf(attribs['typeof'] ?? '', scope)) {
      this.triples.add(typed, rdf.type, { '@id': type });
    }
  }

  /** Steps 9 and 10. Returns the object, which is a new node where the element names none. */
  private addRelations(
    { attribs }: Element,
    { rel = '', rev = '' }: Relations,
    inside: Evaluation,
    { subject, object }: Subjects,
  ): string | undefined {
    const forward = predicatesOf(rel, inside);
    const reverse = predicatesOf(rev, inside);
    const isListed = attribs['inlist'] !== undefined;
    if (object === undefined) {
      for (const predicate of forward) {
        inside.incomplete.push(
          isListed ? { list: listAt(inside.lists, predicate) } : { predicate, isReverse: false },
        );
      }
      for (const predicate of reverse) inside.incomplete.push({ predicate, isReverse: true });
      return inside.incomplete.length === 0 ? undefined : this.newNode();
    }
    for (const predicate of forward) {
      if (isListed) listAt(inside.lists, predicate).push({ '@id': object });
      else this.triples.add(subject, predicate, { '@id': object });
    }
    for (const predicate of reverse) this.triples.add(object, predicate, { '@id': subject });
    return object;
  }

  /** Step 11. */
  private addProperties(
    element: Element,
    inside: Evaluation,
    { subject, typed }: Subjects,
    hasRelations: boolean,
  ): void {
    const { about, property, datatype, inlist, content } = element.attribs;
    if (property === undefined) return;
    const type = datatype === undefined ? undefined : (nameOf(datatype, inside) ?? '');
    const mayLink = type === undefined && content === undefined;
    const link = mayLink && !hasRelations && !statesValue(element) ? objectOf(element, inside) : undefined;
    const iri = link ?? (mayLink && about === undefined ? typed : undefined);
    const parts = { datatype: type, language: inside.language, textOf: this.textOf };
    const value = iri === undefined ? literalOf(element, parts) : { '@id': iri };
    for (const predicate of predicatesOf(property, inside)) {
      if (inlist === undefined) this.triples.add(subject, predicate, value);
      else listAt(inside.lists, predicate).push(value);
    }
  }

  /** Step 12. */
  private complete({ incomplete, parentSubject }: Evaluation, subject: string): void {
    for (const end of incomplete) {
      if ('list' in end) end.list.push({ '@id': subject });
      else if (end.isReverse) this.triples.add(subject, end.predicate, { '@id': parentSubject });
      else this.triples.add(parentSubject, end.predicate, { '@id': subject });
    }
  }

  /** Step 14. */
  private addLists(subject: string, lists: Lists): void {
    for (const [predicate, list] of lists) this.triples.add(subject, predicate, { '@list': list });
  }

  private readonly newNode = (): string => `_:b${this.blankNodes++}`;

  private readonly blankNode = (name: string): string => {
    const known = this.named.get(name) ?? this.newNode();
    this.named.set(name, known);
    return known;
  };
}

function declaredPrefixes(attribs: Record<string, string>): [prefix: string, iri: string][] {
  const declared: [string, string][] = [];
  for (const name in attribs) {
    if (name.startsWith('xmlns:')) declared.push([name.slice('xmlns:'.length), attribs[name] ?? '']);
  }
  const { prefix } = attribs;
  return prefix === undefined ? declared : [...declared, ...prefixesOf(prefix)];
}

/** Beside `property`, terms of HTML (`rel=nofollow`) do not count (HTML+RDFa 1.1, 3.1). */
function relationsOf({ attribs }: Element): Relations {
  const { rel, rev, property } = attribs;
  if (property === undefined) return { rel, rev };
  const counted = (text: string | undefined) => withoutTerms(text ?? '') || undefined;
  return { rel: counted(rel), rev: counted(rev) };
}

function listAt(lists: Lists, predicate: string): RdfObject[] {
  const list = lists.get(predicate) ?? [];
  lists.set(predicate, list);
  return list;
}

import type { Element } from 'domhandler';
import { isHtmlElement } from '../../tree/html-nodes.ts';
import { iriOf, type NameScope, resourceOf } from './names.ts';

/** What an element speaks of (RDFa Core 1.1, 7.5). */
export interface Subjects {
  /** The "new subject". */
  subject: string;
  /** The "current object resource". */
  object: string | undefined;
  /** The "typed resource". */
  typed: string | undefined;
  /** It says nothing: what is inside of it belongs to what is around it. */
  isSkipped: boolean;
}

interface SubjectScope extends NameScope {
  parentObject: string;
}

/** Step 5: of an element without `rel` and `rev`. */
export function subjectsOf(element: Element, scope: SubjectScope, newNode: () => string): Subjects {
  const { property, content, datatype, typeof: types } = element.attribs;
  const about = aboutOf(element, scope) ?? (isRoot(element) ? scope.base.url : undefined);
  if (property !== undefined && content === undefined && datatype === undefined) {
    const typed = types === undefined ? undefined : (about ?? objectOf(element, scope) ?? newNode());
    return { subject: about ?? scope.parentObject, object: typed, typed, isSkipped: false };
  }
  const stated = about ?? objectOf(element, scope);
  const found = stated ?? (types === undefined || isHeadOrBody(element) ? undefined : newNode());
  const subject = found ?? scope.parentObject;
  const isSkipped = found === undefined && property === undefined && !isHeadOrBody(element);
  return { subject, object: undefined, typed: types === undefined ? undefined : subject, isSkipped };
}

/** Step 6: of an element with `rel` or `rev`. */
export function subjectsOfRelation(element: Element, scope: SubjectScope, newNode: () => string): Subjects {
  const about = aboutOf(element, scope);
  const hasTypes = element.attribs['typeof'] !== undefined;
  const typesSubject = element.attribs['about'] !== undefined;
  const found = objectOf(element, scope);
  const object = found ?? (hasTypes && !typesSubject ? newNode() : undefined);
  const subject = about ?? (isRoot(element) ? scope.base.url : scope.parentObject);
  const typed = typesSubject ? subject : object;
  return { subject, object, typed: hasTypes ? typed : undefined, isSkipped: false };
}

/** The resource that is no subject: of `resource`, `href` or `src`. */
export function objectOf({ attribs }: Element, scope: NameScope): string | undefined {
  const { resource, href, src } = attribs;
  const found = resource === undefined ? undefined : resourceOf(resource, scope);
  const reference = href ?? src;
  return found ?? (reference === undefined ? undefined : iriOf(reference, scope));
}

/** `undefined` also for an `about` that names nothing, such as `[]`. */
function aboutOf({ attribs }: Element, scope: NameScope): string | undefined {
  const { about } = attribs;
  return about === undefined ? undefined : resourceOf(about, scope);
}

function isRoot({ parent }: Element): boolean {
  return parent === null || parent.type === 'root';
}

/** They speak of what is around them (HTML+RDFa 1.1, 3.1). */
function isHeadOrBody(element: Element): boolean {
  return (element.name === 'head' || element.name === 'body') && isHtmlElement(element);
}

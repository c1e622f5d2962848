import { DropError } from '../errors.ts';
import type { Field } from '../job/field-schema.ts';
import type { LabelSign } from '../job/page-sign-schema.ts';
import type { Json } from '../model.ts';
import { memoizeResolved } from './links/memoize-resolved.ts';
import { resolveReference } from './links/resolve-url.ts';
import type { PageContent } from './page-content.ts';
import { compileReader, type RuleOptions } from './page-rule.ts';
import type { Page } from './types.ts';

/** Does the page show it? Throws `EXTRACT_FAILED` for a page that cannot be read as the sign wants it. */
export type SignTest = (page: Page, content: PageContent) => boolean;

/**
 * Compiles a condition on a page as the rule of a label with one field, so that it is found as fields are. `location` is
 * its path in the job.
 */
export function compilePageSign(
  sign: Pick<LabelSign, 'select' | 'path' | 'text' | 'is'>,
  location: string,
): SignTest {
  const { select, path, text } = sign;
  if (select === undefined && path === undefined) {
    // A picture shows no text, whatever its bytes are.
    return (_page, content) => text !== undefined && content.isText && holdsText(content.text(), text);
  }
  const field: Field = { select, path, take: 'text', list: true, required: false };
  const rule = { follow: [], items: '', fields: { sign: field } };
  const read = compileReader(location, 'sign', rule, withoutLinks);
  return (page, content) => {
    // A selector finds nothing in JSON, nor a path in markup.
    if (content.hasRecords !== (path !== undefined)) return false;
    // Whether a file that is broken is a failure is for the rule of its label, which may not look for such files.
    if (!content.isText && !isReadable(content)) return false;
    const plain: Page = page.list === undefined ? page : { ...page, list: { ...page.list, itemsPath: '' } };
    const found = read(plain, content).items.flatMap(({ fields }) => fields['sign'] ?? []);
    return path === undefined && text === undefined ? found.length > 0 : showsValue(found, sign);
  };
}

function isReadable(content: PageContent): boolean {
  try {
    content.records();
    return true;
  } catch (error) {
    if (error instanceof DropError) return false;
    throw error;
  }
}

/** A sign has no links, which most options are about. */
const withoutLinks: RuleOptions = {
  resolve: memoizeResolved(resolveReference),
  normalise: (url) => url,
  followsCanonical: false,
  obeysNofollow: false,
  inOnePass: true,
  itemOptions: {},
};

/** Whether one of the values is among those that are wanted, or holds the text; or, with neither, is something. */
export function showsValue(values: Json[], { text, is }: Pick<LabelSign, 'text' | 'is'>): boolean {
  if (text !== undefined) return values.some((value) => holdsText(textOf(value), text));
  if (is === undefined) return values.some(isSomething);
  // What is not there is null in items, and nothing in the JSON of a page.
  const entries = values.length === 0 ? [null] : values.flat();
  return entries.some((value) => is.some((wanted) => wanted === value));
}

/** What counts as a value at a path: other than null, false, 0 and empty. */
export function isSomething(value: Json): boolean {
  const isEmpty = value === null || value === false || value === '' || value === 0;
  return !isEmpty && !(typeof value === 'object' && Object.keys(value).length === 0);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a text holds another one, white space folded in both. */
export function holdsText(text: string, wanted: string): boolean {
  return folded(text).includes(folded(wanted));
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

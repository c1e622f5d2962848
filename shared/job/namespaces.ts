import { z } from 'zod';
import { type Namespaces, namespaceOfPrefix } from '../schema/namespaces.ts';
import { findSelectorMistake } from '../schema/selector-mistakes.ts';
import { prefixesOfXPath, xpathOf } from '../schema/xpath/parse-xpath.ts';

export const namespacesSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/, 'a prefix such as dc'),
    z
      .string()
      .regex(/^[^\s"'{}<>]{1,1024}$/, 'the URI of a namespace, such as http://purl.org/dc/elements/1.1/'),
  )
  .describe(
    'Prefixes of XML namespaces for XPath (//dc:creator) and selectors (dc|creator), such as dc: http://purl.org/dc/elements/1.1/. Elements are found by their namespace, whichever prefix a page gives it. Without namespaces a prefix in XPath is the one that the page writes.',
  );

/** Every prefix in a selector stands for a namespace that the job declares; in XPath only where it declares any. */
export function checkNamespaces(
  job: { namespaces?: unknown; pages?: unknown; sessions?: unknown },
  context: z.core.$RefinementCtx,
): void {
  const declared = isNamespaces(job.namespaces) ? job.namespaces : undefined;
  for (const part of ['pages', 'sessions'] as const) {
    for (const { path, selector } of selectorsIn(job[part], [part])) {
      const message = mistakeOf(selector, declared);
      if (message !== undefined) context.addIssue({ code: 'custom', path, message, input: selector });
    }
  }
}

function mistakeOf(selector: string, declared: Namespaces | undefined): string | undefined {
  const expression = xpathOf(selector);
  if (expression === undefined) {
    const mistake = findSelectorMistake(selector, (prefix) => namespaceOfPrefix(prefix, declared ?? {}));
    return (
      mistake && `a CSS selector (${mistake.reason})${mistake.hint === undefined ? '' : `; ${mistake.hint}`}`
    );
  }
  if (declared === undefined) return undefined;
  const unknown = prefixesOfXPath(expression).find(
    (prefix) => namespaceOfPrefix(prefix, declared) === undefined,
  );
  return unknown && `an XPath 1.0 expression whose prefixes are in namespaces of the job; ${unknown} is not`;
}

const selectorKeys: ReadonlySet<string> = new Set(['select', 'xpath', 'each', 'rows', 'waitFor', 'click']);

/** Selectors with a prefix, XPath behind `xpath:`; lenient, since other checks of the job may have failed. */
function selectorsIn(value: unknown, path: PropertyKey[]): { path: PropertyKey[]; selector: string }[] {
  const key = path.at(-1);
  if (typeof value === 'string') {
    const mayHavePrefix = typeof key === 'string' && selectorKeys.has(key) && /[|:]/.test(value);
    return mayHavePrefix ? [{ path, selector: key === 'xpath' ? `xpath:${value}` : value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    selectorsIn(entry, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function isNamespaces(value: unknown): value is Namespaces {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((uri) => typeof uri === 'string')
  );
}

import type { PageRule } from '../job/schema.ts';
import { declareNamespaces, type Namespaces } from '../schema/namespaces.ts';
import { asSelector, xpathOf } from '../schema/xpath/parse-xpath.ts';

/** The rule with the namespaces of its job at each selector that may have a prefix. */
export function withNamespaces<Rule extends Partial<PageRule>>(
  rule: Rule,
  namespaces: Namespaces | undefined,
): Rule {
  return namespaces === undefined ? rule : (declaredIn(rule, '', namespaces) as Rule);
}

function declaredIn(value: unknown, key: string, namespaces: Namespaces): unknown {
  if (typeof value === 'string') return declaredAt(value, key, namespaces);
  if (typeof value !== 'object' || value === null || key === 'schema') return value;
  if (Array.isArray(value)) return value.map((entry) => declaredIn(entry, key, namespaces));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, declaredIn(entry, name, namespaces)]),
  );
}

const selectorKeys: ReadonlySet<string> = new Set(['select', 'each', 'rows', 'base']);

function declaredAt(text: string, key: string, namespaces: Namespaces): string {
  if (key === 'xpath') return declareNamespaces(text, namespaces);
  if (!selectorKeys.has(key)) return text;
  const expression = xpathOf(text);
  if (expression !== undefined) return asSelector(declareNamespaces(expression, namespaces));
  return text.includes('|') ? declareNamespaces(text, namespaces) : text;
}

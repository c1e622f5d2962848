import type { Element } from 'domhandler';
import { askedBy } from '../../shared/extract/kinds/asked.ts';
import { openContent } from '../../shared/extract/page-content.ts';
import { compileQuery } from '../../shared/extract/tree/query.ts';
import type { Spot } from '../../shared/extract/tree/spot.ts';
import { rowsOfTables } from '../../shared/extract/tree/table-rows.ts';
import type { Page } from '../../shared/extract/types.ts';
import { withNamespaces } from '../../shared/extract/with-namespaces.ts';
import type { Field, PageRule } from '../../shared/job/schema.ts';
import { type Namespaces, splitNamespaces } from '../../shared/schema/namespaces.ts';

/** How many elements a selector of a page rule finds, summed over all items of the page. */
export interface SelectorMatch {
  /** Such as `fields.variants.price`. */
  place: string;
  selector: string;
  matches: number;
}

/** For each selector of the rule, in its order. Empty for pages that are read by paths. */
export function selectorMatches(
  written: PageRule,
  page: Page,
  namespaces: Namespaces | undefined,
): SelectorMatch[] {
  const rule = withNamespaces(written, namespaces);
  const content = openContent(page, { as: rule.as, asksElements: askedBy(rule).elements });
  if (content.hasRecords) return [];
  const document = content.document();
  const found: SelectorMatch[] = [];
  const look = (place: string, selector: string, scopes: Spot[]): Element[] => {
    const query = compileQuery(selector);
    const elements = scopes.flatMap((scope) => query.all(scope));
    found.push({ place, selector: splitNamespaces(selector).text, matches: elements.length });
    return elements;
  };
  const lookAtFields = (fields: Record<string, Field>, place: string, scopes: Spot[]) => {
    for (const [name, { select, from = [], within, fields: nested }] of Object.entries(fields)) {
      const at = `${place}.${name}`;
      const around = within === 'page' ? [document] : scopes;
      const inside = select === undefined ? around : look(at, select, around);
      for (const [index, source] of from.entries()) {
        if (source.select !== undefined)
          look(`${at}.from[${index}]`, source.select, source.within === 'page' ? [document] : scopes);
      }
      if (nested !== undefined) lookAtFields(nested, at, inside);
    }
  };
  const scopes = scopesOf(rule, document, look);
  lookAtFields(rule.fields, 'fields', scopes);
  for (const [index, { select }] of rule.follow.entries()) {
    if (select !== undefined) look(`follow[${index}]`, select, [document]);
  }
  return found;
}

function scopesOf(
  { each, rows }: PageRule,
  document: Spot,
  look: (place: string, selector: string, scopes: Spot[]) => Element[],
): Spot[] {
  if (rows !== undefined) return rowsOfTables(look('rows', rows, [document]));
  return each === undefined ? [document] : look('each', each, [document]);
}

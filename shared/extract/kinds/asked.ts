import { essenceOf } from '../../fetch/answer/content-type.ts';
import { isPageData } from '../../job/field-sources.ts';
import { type PageKindName, pageKindFacts } from '../../job/page-kinds.ts';
import type { Field } from '../../job/schema.ts';
import type { ReadRule } from '../rule-reader.ts';
import type { Page } from '../types.ts';
import type { PageKind } from './page-kind.ts';

/** What the rule of a label looks for in a page. */
export interface AskedForms {
  /** Elements, by selectors. */
  elements: boolean;
  /** Values, by paths. */
  values: boolean;
  /** The kind that the rule names, if it does. */
  as?: PageKindName;
}

/**
 * By the fields and links of the rule. One without any takes whole items; one that has a handler alone, or facts about the
 * page alone, asks for nothing, and gets every page.
 */
export function askedBy(rule: ReadRule): AskedForms {
  const { as, items, fields, follow, handler } = rule;
  const each = rule.each ?? rule.rows;
  if (as !== undefined) {
    const { reads } = pageKindFacts(as);
    return { elements: reads === 'elements', values: reads === 'values', as };
  }
  const asked = Object.values(fields).map(askedByField);
  const isEmpty = asked.length === 0 && follow.length === 0 && each === undefined && handler === undefined;
  return {
    elements:
      each !== undefined ||
      follow.some(({ path }) => path === undefined) ||
      asked.some(({ elements }) => elements),
    values:
      items !== undefined ||
      isEmpty ||
      follow.some(({ path }) => path !== undefined) ||
      asked.some(({ values }) => values),
  };
}

function askedByField(field: Field): AskedForms {
  const { constant, page, from, fields, path } = field;
  if (constant !== undefined || page !== undefined) return { elements: false, values: false };
  if (from !== undefined) return merged(from.map((source) => askedByPlace(source)));
  const own = askedByPlace(field);
  return fields !== undefined && !own.elements && path === undefined
    ? merged(Object.values(fields).map(askedByField))
    : own;
}

/** A place that names nothing is the item itself, whatever it is. */
function askedByPlace(place: Omit<Field, 'take' | 'list' | 'required' | 'from'>): AskedForms {
  const { select, xpath, label, column, meta, attr, table, path } = place;
  const isOfElements = [select, xpath, label, column, meta, attr, table].some((part) => part !== undefined);
  const elements = isOfElements || isPageData(place);
  return { elements: elements || path === undefined, values: !elements };
}

function merged(all: AskedForms[]): AskedForms {
  return { elements: all.some(({ elements }) => elements), values: all.some(({ values }) => values) };
}

/** Why a page of this kind is not what the rule looks for, as the rest of "it …"; `undefined` where it may be. */
export function whyUnasked(
  { as, elements, values }: AskedForms,
  kind: PageKind,
  { contentType }: Page,
): string | undefined {
  if (as !== undefined || !(elements || values)) return undefined;
  const what = kind.form === 'none' ? essenceOf(contentType) || kind.what : kind.what;
  if (kind.form === 'none') return `it is ${what}, which the label does not read`;
  if (kind.form === 'values' && !values) return `it is ${what}, and the label looks for elements (select)`;
  return kind.form === 'elements' && kind.isImage
    ? `it is ${what}; as: xml reads it all the same`
    : undefined;
}

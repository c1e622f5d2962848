import render from 'dom-serializer';
import { type Document, type Element, isTag } from 'domhandler';
import type { Field } from '../job/schema.ts';
import type { Json } from '../model.ts';
import { jsonPathAt, selectorAt } from './compile-part.ts';
import type { Language } from './fields.ts';
import { parseDate } from './parse-date.ts';
import { readPairs, readRows } from './table.ts';
import { textOf } from './text.ts';

/** The document, or an element: what selectors search and values are taken from. */
export type Spot = Document | Element;

/** Fields of HTML pages: by selector, from text, markup, attributes and tables. */
export const htmlLanguage: Language<Spot> = {
  locate({ select, list, path }, place) {
    if (select === undefined) return (scope) => [scope];
    const query = selectorAt(`${place}.select`, select);
    // Pages carry several JSON scripts: the first that has the path counts.
    const isFirstEnough = !list && path === undefined;
    if (!isFirstEnough) return (scope) => query.all(scope);
    return (scope) => {
      const found = query.first(scope);
      return found === undefined ? [] : [found];
    };
  },

  take(field, place) {
    const { attr, path, table } = field;
    if (table === 'rows') return readRows;
    if (table === 'pairs') return readPairs;
    if (attr !== undefined) return takeAttribute(attr.toLowerCase(), field.type === 'boolean');
    if (path !== undefined) {
      const read = jsonPathAt(`${place}.path`, path);
      return (spot) => {
        const json = parseJson(textOf(spot));
        return json === undefined ? undefined : read(json);
      };
    }
    return field.take === 'html' ? takeMarkup : takeText(field);
  },
};

/** The inner markup of an element. */
export function markupOf(spot: Spot): string {
  return render(spot.children, { encodeEntities: 'utf8' }).trim();
}

function takeMarkup(spot: Spot): string | undefined {
  return markupOf(spot) || undefined;
}

function takeAttribute(name: string, isFlag: boolean): (spot: Spot) => Json | undefined {
  return (spot) => {
    const value = attributeOf(spot, name);
    // HTML Standard, boolean attributes: present is true, as `checked`, `checked=""` or `checked="checked"`.
    if (isFlag && (value === '' || value?.toLowerCase() === name)) return true;
    return value || undefined;
  };
}

function takeText({ type, regex, locale }: Field): (spot: Spot) => string | undefined {
  const isMachineDateBetter = type === 'date' && regex === undefined;
  return (spot) => {
    const datetime =
      isMachineDateBetter && isTag(spot) && spot.name === 'time' ? attributeOf(spot, 'datetime') : undefined;
    if (datetime !== undefined && parseDate(datetime, locale) !== undefined) return datetime;
    return textOf(spot) || undefined;
  };
}

function attributeOf(spot: Spot, name: string): string | undefined {
  if (!isTag(spot) || !Object.hasOwn(spot.attribs, name)) return undefined;
  return spot.attribs[name]?.trim();
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

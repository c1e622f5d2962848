import type { Json } from '../../model.ts';
import { parseJsonPath } from '../../schema/json-path-syntax.ts';
import { jsonPathAt } from '../compile-part.ts';
import type { Language } from '../fields/language.ts';
import { repeatedAlong } from './repeated-keys.ts';

/** Fields of JSON pages: by `path` below the item, or below the object they are nested in. */
export const jsonLanguage: Language<Json> = {
  locate(field, location) {
    const { path } = field;
    const isOfHtml = [field.select, field.label, field.column, field.attr, field.table].some(
      (part) => part !== undefined,
    );
    if (path === undefined) return (scope) => (isOfHtml ? [] : [scope]);
    const read = jsonPathAt(`${location}.path`, path);
    const isListOfObjects = field.list && field.fields !== undefined;
    return (scope) => {
      const value = read(scope) ?? null;
      if (value === null) return [];
      return isListOfObjects && Array.isArray(value) ? value : [value];
    };
  },

  take: () => (value) => value,

  marks({ path }) {
    if (path === undefined) return undefined;
    const steps = parseJsonPath(path);
    return (scope) => {
      const found = repeatedAlong(scope, steps);
      return found === undefined ? [] : [{ kind: 'ambiguous', found }];
    };
  },

  placesOfBase: (path) => [{ path }],

  rawText: String,

  languageAt: () => undefined,

  below: () => jsonLanguage,

  ofPage: () => jsonLanguage,
};

import type { Validator } from '@cfworker/json-schema';
import type { Item, Json, Misfit } from '../model.ts';
import type { ItemSchema } from '../schema/json-schema.ts';
import { joinPath } from './json/json-path.ts';

/** Marks the items that are complete and not as the schema of their label has them. */
export type MisfitTest = (items: Item[]) => Item[];

/** The number of misfits that an item reports. */
const maxMisfits = 5;

/**
 * Compiles the schema of a label. The validator walks through the schema and makes no code of it, since a job is data. Few
 * jobs have a schema, so it is loaded by the first that does.
 */
export async function compileSchema(schema: ItemSchema): Promise<MisfitTest> {
  const { Validator: JsonValidator } = await import('@cfworker/json-schema');
  const validator = new JsonValidator(schema, '2020-12', false);
  return (items) => items.map((item) => (item.missing === undefined ? withMisfits(item, validator) : item));
}

function withMisfits(item: Item, validator: Validator): Item {
  const { valid, errors } = validator.validate(item.fields);
  if (valid) return item;
  const telling = errors.filter((error) => isTelling(error, errors)).slice(0, maxMisfits);
  const misfits = telling.map(({ instanceLocation, keyword, error }): Misfit => {
    const steps = stepsOf(instanceLocation);
    const found = shown(valueAt(item.fields, steps));
    const reason = keyword === 'false' ? 'the schema has no such property' : error.replace(/\.$/, '');
    return {
      path: pathOf(steps),
      keyword: keyword === 'false' ? 'additionalProperties' : keyword,
      reason,
      found,
    };
  });
  return { ...item, misfits };
}

type Fault = ReturnType<Validator['validate']>['errors'][number];

/** Keywords whose schemas are alternatives: that none fits is one fault, not as many as there are. */
const alternatives = /\/(anyOf|oneOf|not)\//;

/**
 * Of a fault and the faults that follow from it or lead to it, the one that says most: the deepest, and of alternatives
 * the keyword that lists them. The validator takes a property with a fault for an additional one, too.
 */
function isTelling(fault: Fault, all: readonly Fault[]): boolean {
  const { keywordLocation, instanceLocation, keyword } = fault;
  if (alternatives.test(keywordLocation)) return false;
  if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'not') return true;
  const isOther = (other: Fault) => other !== fault && other.keyword !== 'additionalProperties';
  if (keyword === 'false') {
    return !all.some(
      (other) =>
        isOther(other) && other.keyword !== 'false' && isWithin(other.instanceLocation, instanceLocation),
    );
  }
  if (keyword === 'additionalProperties') return false;
  return !all.some((other) => other.keywordLocation.startsWith(`${keywordLocation}/`));
}

function isWithin(location: string, outer: string): boolean {
  return location === outer || location.startsWith(`${outer}/`);
}

/** The steps of a JSON pointer in a fragment (RFC 6901, section 6). */
function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) =>
      decodeURIComponent(step.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
        .replaceAll('~1', '/')
        .replaceAll('~0', '~'),
    );
}

function pathOf(steps: string[]): string {
  return steps.reduce(
    (path, step) => (/^\d+$/.test(step) && path !== '' ? `${path}[${step}]` : joinPath(path, step)),
    '',
  );
}

function valueAt(value: Json, steps: string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const step of steps) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, Json>)[step] : undefined;
  }
  return found;
}

const shownChars = 80;

function shown(value: Json | undefined): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, shownChars);
}

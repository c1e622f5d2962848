import type { Extraction } from '../../extract/types.ts';
import { isEmpty } from '../../extract/without-values.ts';
import type { Field, Job, PageRule } from '../../job/schema.ts';
import type { Counts, Json, PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { add } from '../counts.ts';

/**
 * What the rule of its label looked for on a stored page and did not find once: `label:list:lacks:follow[0]`, `…:items` of a
 * list, `…:fields.price`. A part that every stored page of the label lacks was found on none. Of items that a handler made, or of
 * which conditions left some out, the fields say nothing.
 */
export function countLacking(
  { pages }: Pick<Job, 'pages'>,
  request: PageRequest,
  { items, itemsRuledOut, idleRules = [] }: Pick<Extraction, 'items' | 'itemsRuledOut' | 'idleRules'>,
): Counts {
  const counts: Counts = {};
  const rule = pages[request.label];
  if (rule === undefined) return counts;
  const lacks = (part: string) => add(counts, `label:${request.label}:lacks:${part}`);
  for (const index of idleRules) lacks(`follow[${index}]`);
  if (rule.handler !== undefined || itemsRuledOut !== undefined) return counts;
  if (items.length > 0)
    lookFor(
      rule.fields,
      'fields',
      items.map(({ fields }) => fields),
      lacks,
    );
  else if (isList(rule, request)) lacks('items');
  return counts;
}

function isList({ each, rows, items }: PageRule, request: PageRequest): boolean {
  return (each ?? rows ?? items) !== undefined || kindOf(request).lists !== 'nothing';
}

function lookFor(
  fields: Record<string, Field>,
  location: string,
  objects: Json[],
  lacks: (part: string) => void,
): void {
  for (const [name, field] of Object.entries(fields)) {
    const part = `${location}.${name}`;
    if (!objects.some((object) => !isEmpty(entryOf(object, name)))) lacks(part);
    else if (field.fields !== undefined)
      lookFor(
        field.fields,
        part,
        objects.flatMap((object) => entryOf(object, name) ?? []),
        lacks,
      );
  }
}

function entryOf(object: Json, name: string): Json | undefined {
  return typeof object === 'object' && object !== null && !Array.isArray(object) ? object[name] : undefined;
}

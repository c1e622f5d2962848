import type { z } from 'zod';
import type { LabelSign } from './page-sign-schema.ts';

interface RuleWithSigns {
  unless?: LabelSign | LabelSign[] | undefined;
  only?: LabelSign | LabelSign[] | undefined;
  fields: Record<string, unknown>;
  handler?: string | undefined;
}

/** A condition on a field that no item can have would let every item pass, or none. */
export function checkSignFields(rule: RuleWithSigns, context: z.core.$RefinementCtx): void {
  const known = Object.keys(rule.fields);
  // Items that are taken as they are, or made by a handler, may have any.
  if (known.length === 0 || rule.handler !== undefined) return;
  for (const key of ['unless', 'only'] as const) {
    for (const [index, { field }] of [rule[key] ?? []].flat().entries()) {
      const [first = ''] = field?.split(/[.[]/) ?? [];
      if (field === undefined || known.includes(field) || known.includes(first)) continue;
      const path = [key, ...(Array.isArray(rule[key]) ? [index] : []), 'field'];
      const message = `a field of the label (${known.join(', ')})`;
      context.addIssue({ code: 'custom', path, message, input: field, params: { candidates: known } });
    }
  }
}

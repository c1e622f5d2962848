import { z } from 'zod';
import { checkRegex } from '../schema/check-syntax.ts';
import { selector } from '../schema/leaf-schema.ts';
import { describeFieldTypes, type FieldType, fieldTypeNames } from './field-types.ts';

/** All settings of a field. A bare string is short for `{ select: … }`. */
export interface Field {
  /** Where the value is: a CSS selector, below the item's element. Without it, the item's element itself. */
  select?: string | undefined;
  take: 'text' | 'html';
  attr?: string | undefined;
  path?: string | undefined;
  page?: 'url' | 'status' | 'fetchedAt' | 'depth' | 'referrer' | 'label' | undefined;
  constant?: string | number | boolean | null | undefined;
  table?: 'rows' | 'pairs' | undefined;
  list: boolean;
  fields?: Record<string, Field> | undefined;
  regex?: string | undefined;
  type?: FieldType | undefined;
  locale?: string | undefined;
  required: boolean;
  default?: string | number | boolean | null | undefined;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const fieldObject = z
  .strictObject({
    select: selector
      .optional()
      .describe('CSS selector of the element; without it, the element of the item itself.'),
    take: z
      .enum(['text', 'html'])
      .default('text')
      .describe(
        'text: white space folded, but of a pre element the lines as they stand; html: the inner markup as the HTML Standard writes it (innerHTML), of feeds as XML.',
      ),
    attr: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Take this attribute instead. One that is there and empty is the empty string, which is no value of a required field; as a URL it is that of the page, as boolean it is true.',
      ),
    path: z
      .string()
      .min(1)
      .optional()
      .describe(
        'In JSON pages: where the value is, such as price.amount or images[0]. In web pages: where it is in the JSON that the element holds, such as a script of type application/ld+json.',
      ),
    page: z
      .enum(['url', 'status', 'fetchedAt', 'depth', 'referrer', 'label'])
      .optional()
      .describe('Take a fact about the page instead.'),
    constant: scalar.optional().describe('Always this value.'),
    table: z
      .enum(['rows', 'pairs'])
      .optional()
      .describe(
        'Of a table or definition list: rows, one object per row keyed by its header; or pairs, first cell to second.',
      ),
    list: z
      .boolean()
      .default(false)
      .describe(
        'All matches as a list, instead of the first: an entry for each, null where the element is empty or cannot be read, so that lists beside each other stay parallel.',
      ),
    get fields(): z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodType<Field>>> {
      return z
        .record(z.string().min(1).max(128), fieldSchema)
        .optional()
        .describe('A nested object, its selectors below the selected element; with list, a list of objects.');
    },
    regex: z
      .string()
      .max(1_024)
      .superRefine(checkRegex)
      .optional()
      .describe(
        'Keep what this regular expression (JavaScript, flag u) finds: its first group, or all of it. One that could take exponential time runs in RE2, or is refused where it looks ahead or behind.',
      ),
    type: z
      .enum(fieldTypeNames)
      .optional()
      .describe(
        `What to make of the text. ${describeFieldTypes()}. What cannot be read for certain, such as 1.299 or 03/04/2025 where neither locale nor the page says how they are written, is null, and counted with the step that lost it. Default: string, or the JSON value as it is.`,
      ),
    locale: z
      .string()
      .refine((tag) => {
        try {
          return Intl.getCanonicalLocales(tag).length === 1;
        } catch {
          return false;
        }
      }, 'a language tag such as en-US or de-DE')
      .optional()
      .describe(
        'How numbers and dates are written on the page. Default: read from the text; where that leaves it open, from the nearest lang of the page (attributes named data-…, content and value apart; in JSON a point is the decimal sign); else null.',
      ),
    required: z
      .boolean()
      .default(false)
      .describe('An item without it, or with an empty text, is reported as incomplete and kept apart.'),
    default: scalar.optional().describe('Value when nothing is found.'),
  })
  .superRefine(checkCombination)
  .describe('A field.');

export const fieldSchema: z.ZodType<Field> = z
  .union([
    selector.transform((select): Field => ({ select, take: 'text', list: false, required: false })),
    fieldObject,
  ])
  .meta({ id: 'field' });

/** Keys that say where a value comes from, and what each cannot be combined with. */
const exclusive: [key: keyof Field, others: (keyof Field)[]][] = [
  ['constant', ['select', 'attr', 'path', 'page', 'table', 'fields', 'regex']],
  ['page', ['select', 'attr', 'path', 'table', 'fields']],
  ['attr', ['path', 'table', 'fields']],
  ['table', ['fields', 'regex', 'type']],
  ['fields', ['regex', 'type']],
];

function checkCombination(field: Field, context: z.core.$RefinementCtx): void {
  for (const [key, others] of exclusive) {
    if (field[key] === undefined) continue;
    for (const other of others.filter((name) => field[name] !== undefined)) {
      context.addIssue({ code: 'custom', path: [other], message: `no ${other} beside ${key}` });
    }
  }
  if (field.take === 'html' && (field.attr ?? field.table ?? field.fields) !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['take'],
      message: 'no take: html beside attr, table or fields',
    });
  }
}

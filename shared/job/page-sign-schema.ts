import { z } from 'zod';
import { jsonPath, selector, statuses } from '../schema/leaf-schema.ts';

type Scalar = string | number | boolean | null;

/** What a page shows, as a condition on it. */
export interface PageSign {
  select?: string | undefined;
  path?: string | undefined;
  text?: string | undefined;
}

/** A condition by which a label takes pages or items, or leaves them out: all parts of it must be so. */
export interface LabelSign extends PageSign {
  /** Path of a value in the item, in place of one on the page. */
  field?: string | undefined;
  /** What the value at `path` or `field` must be: one of these. */
  is?: Scalar[] | undefined;
  status?: number[] | undefined;
  /** What such pages or items are, in the counts. */
  reason?: string | undefined;
}

const text = z.string().min(1).max(1_024);

const shown = {
  select: selector.optional().describe('An element that such a page has.'),
  path: jsonPath
    .optional()
    .describe('In JSON: a path at which there is something other than null, false, 0 and empty.'),
  text: text
    .optional()
    .describe(
      'Text that it holds, upper and lower case as written, white space folded: in the element, at the path, or without either anywhere in the page.',
    ),
};

export const pageSign = z
  .strictObject(shown)
  .refine((sign) => Object.values(sign).some((part) => part !== undefined), 'select:, path: or text:')
  .refine((sign) => sign.select === undefined || sign.path === undefined, 'select: or path:, not both');

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const labelSign = z
  .strictObject({
    ...shown,
    field: jsonPath
      .optional()
      .describe(
        'A field of the item, such as price or offers[0].price, that has something other than null, false, 0 and empty. Judged for each item once it is extracted.',
      ),
    is: z
      .union([scalar, z.array(scalar).min(1).max(256)])
      .transform((value): Scalar[] => [value].flat())
      .optional()
      .describe('One of these is the value of the field, or at the path, or an entry of the list there.'),
    status: statuses.optional().describe('Its status is one of these.'),
    reason: z
      .string()
      .regex(/^[^\p{C}]{1,64}$/u, 'a few words, 64 characters at most')
      .optional()
      .describe('What such pages or items are, as the counts name them. Default: the condition.'),
  })
  .superRefine(checkParts)
  .describe('All parts of it must be so.');

/** One condition, or a list of them. */
export const labelSigns = z.union([labelSign, z.array(labelSign).min(1).max(64)]).optional();

function checkParts(sign: LabelSign, context: z.core.$RefinementCtx): void {
  const { select, path: at, field, text: wanted, is, status } = sign;
  const refuse = (message: string, key: string) =>
    context.addIssue({ code: 'custom', path: [key], message, input: sign });
  const locations = Object.entries({ select, path: at, field }).filter(([, value]) => value !== undefined);
  if (locations.length === 0 && (wanted ?? status) === undefined) {
    const message = 'select:, path:, text:, status: or field:';
    context.addIssue({ code: 'custom', message, input: sign });
  }
  if (locations.length > 1) refuse('one of select, path and field', locations[1]?.[0] ?? '');
  if (is !== undefined && (at ?? field) === undefined) refuse('a field: or path: beside is', 'is');
  if (is !== undefined && wanted !== undefined) refuse('is: or text:, not both', 'text');
}

/** A condition in a few words: of counts, without a reason of its own, and of messages. */
export function nameOfSign({ select, path: at, field, text: wanted, is, status }: LabelSign): string {
  const of = field === undefined ? at && `path ${at}` : `field ${field}`;
  const parts = [
    status && `status ${status.join(' or ')}`,
    select === undefined ? of : `element ${select}`,
    wanted && `text ${JSON.stringify(wanted)}`,
    is && `is ${is.map((value) => JSON.stringify(value)).join(' or ')}`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .join(', ')
    .replace(/\s+/g, ' ');
}

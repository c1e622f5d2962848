import { z } from 'zod';
import { checkJsonPath } from '../../schema/check-syntax.ts';
import { jsonPath, label } from '../../schema/leaf-schema.ts';
import type { WrittenBody } from '../../schema/request-body.ts';
import { asSent, checkRequest, isPost, requestKeys } from '../send/request-schema.ts';

const paramPlace = z
  .enum(['query', 'body'])
  .default('query')
  .describe(
    'Where the parameters go. body: into the JSON of body, at the path that param gives, or into its form.',
  );

const total = jsonPath
  .optional()
  .describe(
    'Where in the answer the number of all items is, such as meta.total. It never ends the paging early: until so many were read, empty pages are passed over (five in a row are REST_EMPTY), and behind them an error such as 400 is the end.',
  );

const more = jsonPath
  .optional()
  .describe(
    'Where in the answer it says whether there is more, such as has_more: true or false, or how much is left. False ends the paging with that page. Where nothing stands there, or null, the paging goes on as without more. Beside a cursor named endCursor (Relay) hasNextPage is read without it.',
  );

const restPaging = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('number').describe('A page number, until a page is empty or not there (404).'),
      in: paramPlace,
      param: z.string().default('page').describe('Name of the parameter; in a body of JSON its path.'),
      first: z.int().min(0).default(1).describe('Number of the first page.'),
      total,
      more,
    }),
    z.strictObject({
      by: z
        .literal('offset')
        .describe('The number of items to skip: as many as came, until a page is empty or not there (404).'),
      in: paramPlace,
      param: z.string().default('offset').describe('Name of the parameter; in a body of JSON its path.'),
      size: z.int().min(1).describe('Items a page, as many as the API may give.'),
      sizeParam: z.string().optional().describe('Parameter that asks for that size.'),
      total,
      more,
    }),
    z.strictObject({
      by: z.literal('cursor').describe('Each answer carries the cursor of the next page, or its URL.'),
      path: jsonPath.describe('Where in the answer the cursor is, such as meta.next.'),
      in: paramPlace,
      param: z
        .string()
        .optional()
        .describe(
          'Parameter that carries the cursor, in a body of JSON its path, such as variables.after; without it the cursor is the URL of the next page.',
        ),
      more,
    }),
    z.strictObject({ by: z.literal('link').describe('The Link header with rel="next" (RFC 8288).') }),
  ])
  .describe('How to get from one page of the API to the next.');

export const restSource = z
  .strictObject({
    ...requestKeys,
    url: requestKeys.url.describe('The first page of the API.'),
    items: z
      .string()
      .superRefine(checkJsonPath)
      .default('')
      .describe(
        'Path of the list of items in the answer, such as data.results; empty for the whole answer. An answer without it fails, unless it says that nothing is left.',
      ),
    page: restPaging.optional(),
    label: label.describe(
      'Page label whose fields say what to take from each item (by path:), and which links to follow.',
    ),
  })
  .superRefine((source, context) => {
    checkRequest(source, context);
    checkBodyOfPages(source, context);
    if (
      !isPost(source) &&
      source.page !== undefined &&
      source.page.by !== 'link' &&
      source.page.in === 'body'
    ) {
      const message = 'method: POST, without which there is no body for page.in';
      context.addIssue({ code: 'custom', message, path: ['method'], input: source.method });
    }
  })
  .transform(asSent)
  .describe('A JSON API.');

interface Paged extends WrittenBody {
  page?: z.output<typeof restPaging> | undefined;
}

/** A parameter of a page goes into an object of JSON or a form: into nothing else it could be put. */
function checkBodyOfPages({ page, multipart, json }: Paged, context: z.core.$RefinementCtx): void {
  if (page === undefined || page.by === 'link' || page.in !== 'body') return;
  const issue = (key: string, message: string, input: unknown) =>
    context.addIssue({ code: 'custom', path: [key], message, input });
  if (multipart !== undefined) issue('multipart', 'json, form or graphql for page.in: body', multipart);
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (json !== undefined && !isObject) issue('json', 'an object, in which page.param has a place', json);
}

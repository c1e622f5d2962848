import { z } from 'zod';
import { headers, httpUrl, label } from '../../schema/leaf-schema.ts';
import { bodyForms, givenForms, writeBody } from './body-schema.ts';

const paramPlace = z
  .enum(['query', 'body'])
  .default('query')
  .describe(
    'Where the parameters go. body: into the JSON of body, at the path that param gives, or into its form.',
  );

const restPaging = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('number').describe('A page number, until a page is empty or not there (404).'),
      in: paramPlace,
      param: z.string().default('page').describe('Name of the parameter; in a body of JSON its path.'),
      first: z.int().min(0).default(1).describe('Number of the first page.'),
    }),
    z.strictObject({
      by: z
        .literal('offset')
        .describe('The number of items to skip: as many as came, until a page is empty or not there (404).'),
      in: paramPlace,
      param: z.string().default('offset').describe('Name of the parameter; in a body of JSON its path.'),
      size: z.int().min(1).describe('Items a page, as many as the API may give.'),
      sizeParam: z.string().optional().describe('Parameter that asks for that size.'),
    }),
    z.strictObject({
      by: z.literal('cursor').describe('Each answer carries the cursor of the next page, or its URL.'),
      path: z.string().min(1).describe('Where in the answer the cursor is, such as meta.next.'),
      in: paramPlace,
      param: z
        .string()
        .optional()
        .describe(
          'Parameter that carries the cursor, in a body of JSON its path, such as variables.after; without it the cursor is the URL of the next page.',
        ),
    }),
    z.strictObject({ by: z.literal('link').describe('The Link header with rel="next" (RFC 8288).') }),
  ])
  .describe('How to get from one page of the API to the next.');

export const restSource = z
  .strictObject({
    url: httpUrl.describe('The first page of the API.'),
    method: z
      .enum(['GET', 'POST'])
      .optional()
      .describe('HTTP method. Default: GET; POST with json, form, multipart or graphql.'),
    headers: headers.default({}).describe('Headers of these requests only. Secrets as ${env:NAME}.'),
    body: z.string().optional().describe('Request body as text, for POST.'),
    ...bodyForms,
    items: z
      .string()
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
    const forms = givenForms(source);
    for (const form of forms.slice(1)) {
      const message = `one of body, json, form, multipart and graphql: there is ${forms[0]}`;
      context.addIssue({ code: 'custom', message, path: [form], input: source[form] });
    }
    const hasForm = forms.some((form) => form !== 'body');
    if (source.method === 'GET' && hasForm) {
      const message = `POST, or no method at all: with GET there is no ${forms[0]}`;
      context.addIssue({ code: 'custom', message, path: ['method'], input: source.method });
    }
    const isPost = source.method === 'POST' || hasForm;
    if (!isPost && source.page !== undefined && source.page.by !== 'link' && source.page.in === 'body') {
      const message = 'method: POST, without which there is no body for page.in';
      context.addIssue({ code: 'custom', message, path: ['method'], input: source.method });
    }
  })
  .transform(({ json, form, multipart, graphql, ...source }) => {
    const written = writeBody({ ...source, json, form, multipart, graphql });
    const { body, contentType } = written ?? {};
    const hasType = Object.keys(source.headers).some((name) => name.toLowerCase() === 'content-type');
    const isDefault = contentType === undefined || hasType;
    return {
      ...source,
      method: source.method ?? (contentType === undefined ? 'GET' : 'POST'),
      headers: isDefault ? source.headers : { ...source.headers, 'content-type': contentType },
      ...(body === undefined ? {} : { body }),
    };
  })
  .describe('A JSON API.');

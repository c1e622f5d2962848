import { z } from 'zod';
import { headers, httpUrl, sessionName } from '../../schema/leaf-schema.ts';
import { type FilledRequest, type WrittenBody, withBody } from '../../schema/request-body.ts';
import { checkEach, type EachOfItems, eachSchema } from '../each/each-schema.ts';
import { bodyForms, givenForms } from './body-schema.ts';

/** What a source says of the requests that it makes; its own keys stand beside these. */

export const requestKeys = {
  url: httpUrl,
  method: z
    .enum(['GET', 'POST'])
    .optional()
    .describe('HTTP method. Default: GET; POST with json, form, multipart or graphql.'),
  headers: headers.default({}).describe('Headers of these requests only. Secrets as ${env:NAME}.'),
  body: z.string().optional().describe('Request body as text, for POST.'),
  ...bodyForms,
  each: eachSchema.optional(),
  session: sessionName.optional(),
};

export interface WrittenRequest extends FilledRequest {
  method?: 'GET' | 'POST' | undefined;
  each?: EachOfItems | undefined;
}

/** As it is sent: with `each`, the forms of the body stay as they were written, for the values of items. */
export interface SentRequest extends WrittenRequest {
  method: 'GET' | 'POST';
}

export function isPost({ method, ...body }: Pick<WrittenRequest, 'method'> & WrittenBody): boolean {
  return method === 'POST' || givenForms(body).some((form) => form !== 'body');
}

export function checkRequest(source: WrittenRequest, context: z.core.$RefinementCtx): void {
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
  checkEach(source, context);
}

/** The method, and without `each` the body, with its type among the headers. */
export function asSent<Source extends WrittenRequest>(source: Source): Source & SentRequest {
  const method = isPost(source) ? ('POST' as const) : ('GET' as const);
  return source.each === undefined ? withBody({ ...source, method }) : { ...source, method };
}

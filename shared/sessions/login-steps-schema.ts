import { z } from 'zod';
import { headers, httpUrl, jsonPath, selector } from '../schema/leaf-schema.ts';
import { controlValues, fieldValues } from './login-values-schema.ts';

/** The steps of a login. */

const kinds = ['open', 'form', 'request', 'fill', 'click', 'waitFor'] as const;

type StepKind = (typeof kinds)[number];

const form = z.strictObject({
  select: selector.default('form').describe('The form on the page that was opened; the first match.'),
  fields: fieldValues
    .default({})
    .describe(
      'Values to fill in by name; ${totp} is a one-time code. Hidden fields and tokens are the page’s own.',
    ),
  submit: z
    .string()
    .max(256)
    .optional()
    .describe('Name of the button to press. Default: the first, as for the Enter key.'),
});

const token = z.strictObject({
  path: jsonPath.describe('Where the JSON answer has the token.'),
  header: z.string().min(1).max(256).default('authorization').describe('The header that carries it.'),
  prefix: z.string().max(64).default('Bearer ').describe('What stands before it in the header.'),
});

const request = z
  .strictObject({
    url: httpUrl.describe('Where to send it.'),
    method: z.enum(['GET', 'POST']).default('POST').describe('The method.'),
    headers: headers.default({}).describe('Headers of this request.'),
    json: z.json().optional().describe('A JSON body; ${env:NAME} and ${totp} are filled in.'),
    form: fieldValues.optional().describe('A form body.'),
    token: token.optional().describe('The token of the answer, sent with the requests of the session.'),
  })
  .refine(({ json, form: body }) => json === undefined || body === undefined, 'one of json and form');

export const step = z
  .strictObject({
    open: httpUrl.optional().describe('Open this page, following its redirects within the hosts.'),
    form: form.optional().describe('Fill in and submit a form of the page that was opened last.'),
    request: request.optional().describe('Send this request.'),
    fill: controlValues
      .optional()
      .describe('In a browser: values to type, by the selector of the control; ${totp} is a one-time code.'),
    click: selector.optional().describe('In a browser: click the first element that matches.'),
    waitFor: selector.optional().describe('In a browser: wait until an element matches.'),
  })
  .refine(
    (value) => Object.values(value).filter((part) => part !== undefined).length === 1,
    `exactly one of ${kinds.join(', ')}`,
  );

export type LoginStep = z.output<typeof step>;

/** What the steps of a login may be, by what makes them. */
const possible = {
  http: ['open', 'form', 'request'],
  browser: ['open', 'form', 'fill', 'click', 'waitFor'],
  person: ['open'],
} as const satisfies Record<string, readonly StepKind[]>;

export const via = z
  .enum(['http', 'browser', 'person'])
  .default('http')
  .describe(
    'http: the steps are requests. browser: they are done in a browser, for pages that scripts make. person: somebody does it, by spinneret login, and a run without the session pauses.',
  );

export type Via = z.output<typeof via>;

/** Why the steps are none of this way of logging in, and at which of them. */
export function unfitStep(steps: LoginStep[], by: Via): { index: number; message: string } | undefined {
  const kindOf = (one: LoginStep | undefined) => kinds.find((kind) => one?.[kind] !== undefined);
  const first = kindOf(steps[0]);
  if (by === 'person' && steps.length > 1) return { index: 1, message: 'one step, open, for via: person' };
  const index = steps.findIndex((one) => !possible[by].some((kind) => kind === kindOf(one)));
  if (index !== -1) {
    return { index, message: `for via: ${by} a step is ${possible[by].join(', ')}` };
  }
  if (first === 'form' || (by === 'browser' && first !== 'open')) {
    return { index: 0, message: 'open with the page of the form first' };
  }
  return undefined;
}

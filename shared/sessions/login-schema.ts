import { z } from 'zod';
import { headers, httpUrl, patterns, selector, statuses } from '../schema/leaf-schema.ts';
import { findPlaceholders, hiddenText } from '../schema/secrets.ts';

/** The settings of a login. What is secret has to be a placeholder, since the run keeps a copy of the job. */

export const secretText = z
  .string()
  .max(8_192)
  .refine((text) => isHidden(text), {
    message: hiddenText('a secret'),
  });

/** Whether a run's copy of the job does not tell the value: it is a placeholder, or that of an account. */
export function isHidden(text: string): boolean {
  return findPlaceholders(text).some(({ valid }) => valid) || /\$\{account:[^{}]+\}/.test(text);
}

const secretName = /pass|pwd|secret|token|otp|\bpin\b/i;

/** Values by name; those whose names speak of secrets have to be placeholders. */
export const fieldValues = z
  .record(z.string().min(1).max(256), z.string().max(8_192))
  .superRefine((values, context) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === '${totp}' || isHidden(value) || value === '' || !secretName.test(name)) continue;
      context.addIssue({ code: 'custom', path: [name], message: hiddenText('a secret') });
    }
  });

const condition = z
  .strictObject({
    select: selector.optional().describe('An element that is there.'),
    text: z
      .string()
      .min(1)
      .max(1_024)
      .optional()
      .describe('Text that stands in the answer, white space folded.'),
    cookie: z.string().min(1).max(256).optional().describe('A cookie that the session has.'),
    status: z.int().min(100).max(599).optional().describe('The status of the answer.'),
    path: z
      .string()
      .min(1)
      .max(1_024)
      .optional()
      .describe('A path in the JSON answer at which there is something other than null, false, 0 and empty.'),
    url: patterns.optional().describe('Patterns of the address that the login came to.'),
  })
  .refine((value) => Object.values(value).some((part) => part !== undefined), {
    message: 'at least one of select, text, cookie, status, path, url',
  });

const check = condition
  .safeExtend({
    not: condition.optional().describe('What must not be so, such as the login form that is shown again.'),
  })
  .describe('How a login shows that it succeeded: all of it must be so.');

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
  path: z.string().min(1).max(1_024).describe('Where the JSON answer has the token.'),
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

const step = z
  .strictObject({
    open: httpUrl.optional().describe('Open this page, following its redirects within the hosts.'),
    form: form.optional().describe('Fill in and submit a form of the page that was opened last.'),
    request: request.optional().describe('Send this request.'),
  })
  .refine(
    (value) => Object.values(value).filter((part) => part !== undefined).length === 1,
    'exactly one of open, form, request',
  );

export const loginSchema = z
  .strictObject({
    account: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Names the account whose attempts are counted together. Default: the session, or its account in a pool.',
      ),
    steps: z.array(step).min(1).max(20).describe('What to do, in this order.'),
    check: check.optional(),
    totp: secretText.optional().describe('The secret of one-time codes (Base32), for ${totp}.'),
    maxLogins: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .describe('Logins of an account and run at most, however often its sessions end.'),
  })
  .superRefine(({ steps, check: wanted, totp }, context) => {
    if (steps[0]?.form !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['steps', 0],
        message: 'open with the page of the form first',
      });
    }
    const last = steps.at(-1);
    if (wanted === undefined && last?.request?.token === undefined) {
      context.addIssue({ code: 'custom', path: ['check'], message: 'how to see that the login succeeded' });
    }
    if (totp === undefined && JSON.stringify(steps).includes('${totp}')) {
      context.addIssue({ code: 'custom', path: ['totp'], message: 'the secret of ${totp}' });
    }
  })
  .describe('How to log in, once per session and again when it has ended.');

export const endedBySchema = z
  .strictObject({
    select: selector.optional().describe('An element of the page, such as the login form.'),
    text: z.string().min(1).max(1_024).optional().describe('Text of the page, white space folded.'),
    status: statuses.optional().describe('Statuses, such as 401.'),
    redirectTo: patterns.optional().describe('Patterns of the address to which the page redirects.'),
  })
  .refine((value) => Object.values(value).some((part) => part !== undefined), {
    message: 'at least one of select, text, status, redirectTo',
  })
  .describe('What an answer shows when the session has ended: any of it. The page is then fetched again.');

export type LoginSettings = z.output<typeof loginSchema>;
export type LoginStep = LoginSettings['steps'][number];
export type Condition = z.output<typeof condition>;
export type LoginCheck = z.output<typeof check>;
export type EndedBy = z.output<typeof endedBySchema>;

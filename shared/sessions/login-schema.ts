import { z } from 'zod';
import { jsonPath, patterns, selector, statuses } from '../schema/leaf-schema.ts';
import { step, unfitStep, via } from './login-steps-schema.ts';
import { secretText } from './login-values-schema.ts';

/** The settings of a login. */

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
    path: jsonPath
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
    via,
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
  .superRefine(({ via: by, steps, check: wanted, totp }, context) => {
    const unfit = unfitStep(steps, by);
    if (unfit !== undefined) {
      context.addIssue({ code: 'custom', path: ['steps', unfit.index], message: unfit.message });
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
  .describe(
    'What an answer shows when the session has ended: any of it. The page is then fetched again. Default of basic, bearer and apiKey: status 401 of the first three answers of a run, or of ten pages in a row later.',
  );

export type LoginSettings = z.output<typeof loginSchema>;
export type Condition = z.output<typeof condition>;
export type LoginCheck = z.output<typeof check>;
export type EndedBy = z.output<typeof endedBySchema>;

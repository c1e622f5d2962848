import { z } from 'zod';
import { accountNames, fillAccountValues } from '../schema/account-values.ts';
import { faultOfProxy } from '../schema/proxy-address.ts';
import { retryableCodes } from '../schema/retryable-codes.ts';
import { hiddenText } from '../schema/secrets.ts';
import { fieldValues, isHidden } from './login-values-schema.ts';

/** The settings by which a session is a pool of several. */

const accounts = z
  .union([
    z.array(fieldValues).min(1).max(1_000),
    z
      .string()
      .regex(/^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/, 'a list, or one ${env:NAME} that holds it as JSON'),
  ])
  .describe(
    'Accounts, one for each session of the pool: values by name, which ${account:NAME} stands for in the session; or ${env:NAME} with a JSON list of them.',
  );

/** What `retryIf` of a label finds is a failure, too. */
const rotatedCodes = [...retryableCodes, 'SOFT_ERROR'] as const;

const rotateOn = z
  .array(
    z.union([z.int().min(400).max(599), z.enum(rotatedCodes)], {
      error: `a status from 400 to 599, ${rotatedCodes.join(', ')}`,
    }),
  )
  .default([401, 403, 429, 'BLOCKED'])
  .describe(
    'Failures after which the request goes on with the next session of the pool, and no attempt is counted: twice round the pool at most (once where keys or files of cookies make the sessions), and ten times.',
  );

export const poolSettings = {
  count: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'How many sessions there are, each with its own cookies and login. Default: one for each account, else 1.',
    ),
  per: z
    .enum(['run', 'host'])
    .default('run')
    .describe(
      'run: so many for all hosts. host: so many for each host, so that one that a host refuses goes on at the others.',
    ),
  accounts: accounts.optional(),
  rotateOn,
  retireAfter: z
    .int()
    .min(1)
    .max(1_000)
    .default(3)
    .describe(
      'Failures of rotateOn in a row after which a session is given up and made anew: without cookies, and logged in again. One whose account or key cannot be made anew rests until the run ends. Only where rotateOn applies: in a pool of several.',
    ),
};

interface PoolOfSettings {
  accounts?: Record<string, string>[] | string | undefined;
  per: 'run' | 'host';
  count?: number | undefined;
  cookies?: unknown;
  proxy?: string | undefined;
  login?: { totp?: unknown } | undefined;
  basic?: { password: unknown } | undefined;
  bearer?: unknown;
  apiKey?: { value: unknown } | undefined;
}

/** What the sessions of a pool need to be different ones, each with what its placeholders stand for. */
export function checkPool(settings: PoolOfSettings, context: z.core.$RefinementCtx): void {
  const { accounts, per, count = 1, ...rest } = settings;
  const report = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (per === 'host' && rest.login !== undefined) {
    report(['per'], 'run, since a login asks for the addresses that its steps name, whatever the host');
  }
  const names = accountNames(rest);
  if (accounts === undefined && names.length > 0) {
    report(['accounts'], `accounts with ${names.join(', ')}, which ${written} stands for`);
  }
  if (accounts === undefined && count > 1 && rest.cookies !== undefined) {
    report(['count'], '1, since all sessions of the pool would begin with the cookies of one file');
  }
  if (accounts !== undefined && names.length === 0) {
    report(['accounts'], `used: ${written} stands where a value of an account belongs`);
  }
  if (!Array.isArray(accounts)) return;
  const { login, basic, bearer, apiKey, proxy = '' } = rest;
  const secret = accountNames([login?.totp, basic?.password, bearer, apiKey?.value]);
  for (const [index, account] of accounts.entries()) {
    for (const name of names) {
      const value = account[name];
      if (value === undefined) report(['accounts', index], `with ${name}, which ${written} stands for`);
      else if (secret.includes(name) && !isHidden(value)) {
        report(['accounts', index, name], hiddenText('a secret'));
      }
    }
    const [inProxy] = accountNames(proxy);
    const isGiven = accountNames(proxy).every((name) => account[name] !== undefined);
    const fault =
      isGiven && inProxy !== undefined ? faultOfProxy(fillAccountValues(proxy, account)) : undefined;
    if (inProxy !== undefined && fault !== undefined) report(['accounts', index, inProxy], fault);
  }
}

const written = '${account:NAME}';

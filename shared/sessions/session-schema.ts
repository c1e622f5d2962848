import { z } from 'zod';
import { hostMatcher, mayCarrySecrets } from '../schema/host-names.ts';
import { headers, hosts, label, patterns, proxyOfSession, relativeFile } from '../schema/leaf-schema.ts';
import { withStandIns } from '../schema/secrets.ts';
import { endedBySchema, loginSchema } from './login-schema.ts';
import { secretText } from './login-values-schema.ts';
import { checkPool, poolSettings } from './pool-schema.ts';

const apiKey = z
  .strictObject({
    header: z.string().min(1).max(256).describe('The header.'),
    value: secretText.describe('Its value.'),
  })
  .describe('A key in a header.');

const basic = z
  .strictObject({
    user: z.string().min(1).max(1_024).describe('The user name.'),
    password: secretText.describe('The password.'),
  })
  .describe('HTTP Basic authentication.');

const session = z
  .strictObject({
    hosts: hosts.describe(
      'Hosts to which its cookies, headers and secrets go; *.example.com means every subdomain.',
    ),
    headers: headers.default({}).describe('Headers of its requests.'),
    cookies: relativeFile
      .optional()
      .describe('A file to begin with: cookies.txt of Netscape, or a storageState of Playwright.'),
    proxy: proxyOfSession
      .optional()
      .describe(
        'The proxy of its requests, in place of those of proxies. In a pool each account may bring its own: ${account:proxy}.',
      ),
    login: loginSchema.optional(),
    basic: basic.optional().describe('HTTP Basic authentication.'),
    bearer: secretText.optional().describe('A token in the authorization header.'),
    apiKey: apiKey.optional().describe('A key in a header.'),
    endedBy: endedBySchema.optional(),
    mayFollow: patterns
      .optional()
      .describe('Patterns of links to follow although their names say log out, delete, buy or vote.'),
    ...poolSettings,
  })
  .superRefine((settings, context) => {
    const given = (['basic', 'bearer', 'apiKey'] as const).filter((name) => settings[name] !== undefined);
    if (given.length > 1) {
      context.addIssue({ code: 'custom', path: [given[1] ?? ''], message: `one of ${given.join(', ')}` });
    }
    const isOwn = hostMatcher(settings.hosts);
    for (const [index, step] of (settings.login?.steps ?? []).entries()) {
      const [key, url] = step.open === undefined ? ['request', step.request?.url] : ['open', step.open];
      if (url === undefined) continue;
      const path = ['login', 'steps', index, key, ...(key === 'request' ? ['url'] : [])];
      const parsed = URL.parse(withStandIns(url, 'x', 'x'));
      if (parsed === null) continue;
      if (!isOwn(parsed)) {
        const message = `an address on one of the session’s hosts (${settings.hosts.join(', ')})`;
        context.addIssue({ code: 'custom', path, message });
      } else if (!mayCarrySecrets(parsed)) {
        context.addIssue({ code: 'custom', path, message: 'an https address, since a login sends secrets' });
      }
    }
    checkPool(settings, context);
  })
  .describe('Cookies, headers and a login that requests to its hosts share.');

export const sessionsSchema = z
  .record(label, session)
  .describe(
    'Sessions by name. With one, all requests to its hosts use it; with several, those of the labels that name one.',
  );

export type SessionSettings = z.output<typeof session>;

import { z } from 'zod';
import { hiddenText } from '../schema/secrets.ts';

/** The algorithms of RFC 9421 §3.3. */
const signatureAlgorithms = [
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
  'hmac-sha256',
] as const;

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** The derived components of requests (RFC 9421 §2.2), then fields with their parameters (§2.1). */
const component =
  /^(?:@(?:method|target-uri|authority|scheme|request-target|path|query)|@query-param;name="[!#-[\]-~]*"|[a-z0-9!#$%&'*+.^_`|~-]+(?:;sf|;bs|;key="[a-z*][a-z0-9_.*-]*")?)$/;

/** An origin, since the key directory lies at a well-known path of it. */
const origin = z
  .string()
  .max(512)
  .regex(/^https:\/\/[^/?#\s"\\@]+\/?$/, 'an origin such as https://bot.example.com')
  .transform((text) => text.replace(/\/$/, ''));

const keys = z.strictObject({
  key: z
    .string()
    .regex(/^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/, hiddenText('the key', 'SIGNING_KEY'))
    .describe(
      'The private key, as a placeholder: a JWK, as spinneret keys writes it, or PEM. Of hmac-sha256 the shared secret in Base64.',
    ),
  agent: origin
    .optional()
    .describe(
      'The https origin that publishes the public key, below /.well-known/http-message-signatures-directory. With it requests are signed as Web Bot Auth (tag web-bot-auth, header Signature-Agent).',
    ),
  algorithm: z
    .enum(signatureAlgorithms)
    .optional()
    .describe('Default: by the type of the key; of RSA keys rsa-pss-sha512.'),
  keyId: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[ -~]+$/, 'printable ASCII')
    .optional()
    .describe(
      'What sites know the key by. Default, and with agent always: the SHA-256 thumbprint of the key (RFC 7638).',
    ),
  components: z
    .array(
      z
        .string()
        .toLowerCase()
        .max(256)
        .regex(component, 'a component of RFC 9421, such as @method, date or content-digest'),
    )
    .min(1)
    .optional()
    .describe(
      'What is signed, as RFC 9421 names it: @method, @authority, @path, @query, @query-param;name="q", @target-uri, @scheme, @request-target, or a header that is sent. Of headers, content-… are signed where there is a body. Default: @method, @authority, @path and, with a body, content-digest.',
    ),
  tag: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[ -~]+$/, 'printable ASCII')
    .optional()
    .describe('The application that the signature is for. With agent always web-bot-auth.'),
});

/** `politeness.sign`: the settings of signed requests (HTTP Message Signatures, RFC 9421; Web Bot Auth). */
export const signing = keys
  .superRefine(checkProfile)
  .describe(
    'Signs every request, those for robots.txt included, so that sites can know who asks: HTTP Message Signatures (RFC 9421).',
  );

export type SigningSettings = z.output<typeof keys>;

/** What Web Bot Auth fixes cannot be set otherwise. */
function checkProfile(given: SigningSettings, context: z.core.$RefinementCtx): void {
  const add = (key: keyof SigningSettings, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message, input: given[key] });
  if (given.agent !== undefined) {
    if (given.tag !== undefined && given.tag !== 'web-bot-auth')
      add('tag', 'web-bot-auth, or the line left out, with agent');
    if (given.keyId !== undefined) add('keyId', 'left out with agent: it is the thumbprint of the key');
    if (given.algorithm === 'hmac-sha256')
      add('algorithm', 'one with a public key: Web Bot Auth forbids shared secrets');
    const names = given.components ?? ['@authority'];
    if (!names.includes('@authority') && !names.includes('@target-uri'))
      add('components', '@authority or @target-uri among them, with agent');
  }
  if (given.algorithm === 'hmac-sha256' && given.keyId === undefined)
    add('keyId', 'the name of the shared secret, with hmac-sha256');
  const twice = (given.components ?? []).find((name, index, all) => all.indexOf(name) !== index);
  if (twice !== undefined) add('components', `${twice} only once`);
}

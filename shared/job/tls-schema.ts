import { z } from 'zod';
import { relativeFile } from '../schema/leaf-schema.ts';
import { findPlaceholders, hiddenText } from '../schema/secrets.ts';

/** `fetch.tls`: whom to trust, and as whom to ask, by host. */

const isSecret = (text: string) => findPlaceholders(text).some(({ valid }) => valid);

const identity = z
  .strictObject({
    ca: relativeFile
      .optional()
      .describe(
        'Certificates (PEM) of the authorities to trust for these hosts, in place of the built-in ones.',
      ),
    cert: relativeFile
      .optional()
      .describe('The client certificate (PEM), its chain behind it. It is shown to these hosts alone.'),
    key: relativeFile
      .refine((text) => !text.includes('-----BEGIN'), hiddenText('a file, or the key'))
      .optional()
      .describe(
        'Its private key: a file (PEM), or ${env:NAME} with the PEM itself, which is the only way on AWS.',
      ),
    passphrase: z
      .string()
      .refine(isSecret, hiddenText('the passphrase', 'KEY_PASSPHRASE'))
      .optional()
      .describe('Of an encrypted key.'),
  })
  .refine(
    ({ cert, key }) => (cert === undefined) === (key === undefined),
    'cert and key together, or neither',
  )
  .refine(({ key, passphrase }) => passphrase === undefined || key !== undefined, 'key, beside passphrase')
  .refine(({ ca, cert }) => ca !== undefined || cert !== undefined, 'ca, or cert and key');

const hostName = z
  .string()
  .toLowerCase()
  .regex(
    /^(\*|(\*\.)?[^\s/*?#@:[\]]+(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?)$/,
    'a host such as api.example.com, *.example.com, api.example.com:8443 or [::1]; or * for all others',
  );

export const tlsSchema = z
  .record(hostName, identity)
  .superRefine((hosts, context) => {
    if (hosts['*']?.cert === undefined) return;
    const message = 'ca alone: a client certificate is shown only to hosts that are named';
    context.addIssue({ code: 'custom', path: ['*', 'cert'], message, input: hosts['*'].cert });
  })
  .describe('Own authorities and client certificates, by host: the most exact name counts.');

export type TlsSettings = z.output<typeof tlsSchema>;

/** What of the settings are files, rather than secrets. */
export function filesOfTls(
  tls: TlsSettings = {},
): { host: string; name: 'ca' | 'cert' | 'key'; path: string }[] {
  return Object.entries(tls).flatMap(([host, settings]) =>
    (['ca', 'cert', 'key'] as const).flatMap((name) => {
      const path = settings[name];
      return path === undefined || isSecret(path) ? [] : [{ host, name, path }];
    }),
  );
}

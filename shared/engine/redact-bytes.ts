import { type ByteForm, spell } from './escaped-text.ts';
import type { SecretText } from './secret-forms.ts';

/**
 * The bytes with each of these secrets replaced, in UTF-8, Latin-1 and, where the bytes may be that, UTF-16. The same array where
 * none is in them.
 */
export function withoutSecretBytes(bytes: Uint8Array, secrets: readonly SecretText[]): Uint8Array {
  // One character for each byte, so that all bytes around a secret stay as they are.
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const forms: ByteForm[] = whole.includes('\0') ? ['bytes', 'utf16le', 'utf16be'] : ['bytes'];
  const rest = secrets.reduce((text, secret) => forms.reduce(without(secret), text), whole);
  return rest === whole ? bytes : Buffer.from(rest, 'latin1');
}

function without({ text, escaped }: SecretText) {
  return (whole: string, form: ByteForm): string =>
    escaped?.replaceIn(whole, '[secret]', form) ?? whole.replaceAll(spell(text, form), '[secret]');
}

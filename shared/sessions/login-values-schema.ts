import { z } from 'zod';
import { selector } from '../schema/leaf-schema.ts';
import { findPlaceholders, hiddenText } from '../schema/secrets.ts';

/** Texts of a login. What is secret has to be a placeholder, since the run keeps a copy of the job. */

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
export const fieldValues = valuesBy(z.string().min(1).max(256));

/** Values by the selector of a control, with the rule of `fieldValues` for secrets. */
export const controlValues = valuesBy(selector);

function valuesBy(name: z.ZodType<string, string>) {
  return z.record(name, z.string().max(8_192)).superRefine((values, context) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === '${totp}' || isHidden(value) || value === '' || !secretName.test(name)) continue;
      context.addIssue({ code: 'custom', path: [name], message: hiddenText('a secret') });
    }
  });
}

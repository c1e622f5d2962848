import { z } from 'zod';
import { checkRegex } from '../schema/check-syntax.ts';
import { languageTag, timeZone } from '../schema/leaf-schema.ts';
import { precisionOf } from './date-format.ts';
import { bareSteps, type Step, stepTexts, type TransformName, type TransformSettings } from './transforms.ts';

const regex = z
  .string()
  .min(1)
  .max(1_024)
  .superRefine(checkRegex)
  .describe('A regular expression (JavaScript, flag u).');
const text = z.string().max(1_024);
const by = text.default('').describe('What stands in its place.');
const zone = timeZone.optional().describe('A time zone such as Europe/Athens.');
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const settings: { [Name in keyof TransformSettings]: z.ZodType<TransformSettings[Name]> } = {
  trim: text.min(1),
  replace: z.union([
    z.strictObject({ find: text.min(1).describe('A text.'), with: by }),
    z.strictObject({ regex, with: by }),
  ]),
  split: z.union([text.min(1), z.strictObject({ regex })]),
  match: z.union([
    regex,
    z.strictObject({ regex, all: z.boolean().optional().describe('A list of all that it finds.') }),
  ]),
  map: z.record(z.string(), scalar),
  template: text.regex(/\{value(:url)?\}/, 'a text with {value} or {value:url} in it'),
  number: z.strictObject({ locale: languageTag.describe('How it is written, such as de-DE.') }),
  date: z.strictObject({
    format: z
      .string()
      .min(1)
      .max(128)
      .refine(
        (format) => !/YYYY|DD|%/.test(format) && (/^[Xx]$/.test(format) || precisionOf(format) !== undefined),
        'a format such as dd.MM.yyyy HH:mm: d for days, M for months, y for years; no year, month or day is guessed',
      )
      .describe(
        'Such as dd.MM.yyyy HH:mm, by the tokens of Luxon; X for seconds since 1970, x for milliseconds.',
      ),
    locale: languageTag.optional().describe('Of the names of months and days; default en.'),
    zone,
  }),
  relativeDate: z.strictObject({
    locale: languageTag.optional().describe('Of the words; default: of the page.'),
    zone,
  }),
  phone: z.strictObject({
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'a country code such as GR (ISO 3166-1 alpha-2)')
      .describe('Of numbers without a country code: ISO 3166-1, such as GR.'),
  }),
  join: text,
};

const withSettings = z
  .strictObject(
    Object.fromEntries(
      Object.entries(settings).map(([name, schema]) => [
        name,
        schema.optional().describe(stepTexts[name as TransformName].what),
      ]),
    ),
  )
  .refine((step) => Object.keys(step).length === 1, 'one step: a name and its settings');

const step = z.union([z.enum(bareSteps), withSettings]) as z.ZodType<Step>;

export const transformSchema = z
  .array(step)
  .min(1)
  .max(32)
  .describe(
    'Steps that the text goes through after `regex` and before `type`, in their order. See the table of steps. Of a list each entry goes through them, up to the first step that takes the list as a whole.',
  );

import { z } from 'zod';
import type { PlaceFilter } from '../../places/filter.ts';
import { placePriceLevels } from '../../places/place.ts';
import { oneOrMany } from '../../schema/leaf-schema.ts';

const count = z.int().min(0);

export const placeFilterSchema = z
  .strictObject({
    minReviews: count
      .optional()
      .describe('Reviews at least. A place whose number of reviews is unknown is left out.'),
    maxReviews: count
      .optional()
      .describe(
        'Reviews at most. A place whose number of reviews is unknown is taken: without reviews there is no number.',
      ),
    minRating: z
      .number()
      .min(1)
      .max(5)
      .optional()
      .describe('Rating at least, 1 to 5. A place whose rating is unknown is left out.'),
    hasWebsite: z
      .boolean()
      .optional()
      .describe('true: places with a website; false: places with none known.'),
    hasPhone: z
      .boolean()
      .optional()
      .describe('true: places with a phone number; false: places with none known.'),
    categories: oneOrMany(z.string().trim().min(1).max(100))
      .optional()
      .describe(
        'Places with any of these categories or types, such as Dentist or dentist: the whole name, upper or lower case. A place without a known category is left out.',
      ),
    status: z
      .array(z.enum(['open', 'closedTemporarily', 'closedPermanently', 'unknown']))
      .min(1)
      .optional()
      .describe(
        'Places in one of these states; open means in business. A place of which Google says nothing is taken where open is among them: what has closed says so. One of which it says what this version cannot read is unknown, and counted in the summary.',
      ),
    openNow: z
      .literal(true)
      .optional()
      .describe(
        'Of google-places: places that are open when they are asked for. One whose hours are unknown is left out.',
      ),
    priceLevels: z
      .array(z.enum(placePriceLevels))
      .min(1)
      .optional()
      .describe(
        'Of google-places: places of one of these price levels. One whose level is unknown is left out.',
      ),
    includedType: z
      .string()
      .regex(/^[a-z][a-z0-9_]{1,99}$/, 'a place type of Google’s Table A, such as dentist')
      .optional()
      .describe(
        'Of google-places, search: text: places of this type of Google’s Table A, such as dentist (categories goes by any name, and after the answer).',
      ),
  })
  .refine(
    ({ minReviews = 0, maxReviews = Infinity }) => minReviews <= maxReviews,
    'minReviews not above maxReviews',
  )
  .describe(
    'Which places to take. Fields that it judges by are asked for, even where the job takes others. minRating, openNow, priceLevels and includedType are sent to google-places too, so that what they leave out is neither paid for nor counted.',
  ) satisfies z.ZodType<PlaceFilter>;

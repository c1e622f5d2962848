import { z } from 'zod';
import { date } from '../../schema/leaf-schema.ts';

const settings = z
  .strictObject({
    since: date
      .optional()
      .describe(
        'Reviews written since then alone, such as 2026-01-31. They are listed newest first, and no more pages are asked for once one is older; where a list is not in that order, all of it is read. A review without a date is taken.',
      ),
    maxPerPlace: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('The newest reviews of each place, this many at most.'),
    onlyNew: z
      .boolean()
      .default(false)
      .describe(
        'Leave out reviews that an earlier run of a job of this name has given, also of places that it has given, but for those that were edited since. What an earlier run has read to the end is not asked for again.',
      ),
  })
  .describe('Which of them, and which not again.');

export const reviewsSchema = z
  .union([z.literal(true), settings])
  .transform((value) => (value === true ? settings.parse({}) : value))
  .describe(
    'Of google-maps: all reviews of each place, as items of their own (_item: review) that have its placeId; a request for each 20 of them. true, or which of them.',
  );

export type ReviewsSettings = z.output<typeof reviewsSchema>;

import { z } from 'zod';

const defaultVerify = 0.02;

const settings = z.strictObject({
  verify: z
    .number()
    .min(0)
    .max(1)
    .default(defaultVerify)
    .describe(
      'The share of answers 304 (Not Modified) that are checked by asking again without a condition. A host that is found to have answered so for a page that has changed is asked without conditions from then on, and named in the summary.',
    ),
  budget: z
    .int()
    .min(1)
    .optional()
    .describe(
      'About how many known pages a run asks for: those where it is most worth it, by how often each was seen to change. The others keep their items and links of their last fetch, and each comes in its turn. New pages are asked for besides. Default: all.',
    ),
});

type Recrawl = z.output<typeof settings>;

/** What runs of the job know of one another. */
export const recrawlSchema = z
  .union([
    z.boolean().transform((isOn): Recrawl | undefined => (isOn ? { verify: defaultVerify } : undefined)),
    settings,
  ])
  .describe(
    'true: each run knows the pages of the runs before it. It asks for a page only if it has changed (ETag, Last-Modified), takes items and links of one that has not from its last fetch, and marks pages and items as new, changed, unchanged or gone. See Coming again.',
  );

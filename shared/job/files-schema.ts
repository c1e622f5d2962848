import { z } from 'zod';

const mediaType = z
  .string()
  .regex(/^[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*)$/, 'a media type such as application/pdf, or image/*');

export const filesSchema = z
  .strictObject({
    maxFileBytes: z
      .int()
      .min(1)
      .max(5_000_000_000)
      .default(104_857_600)
      .describe(
        'Bytes of one file, decompressed; larger ones fail (FILE_TOO_LARGE). limits.maxBytes bounds all together, with the pages.',
      ),
    types: z
      .array(mediaType)
      .min(1)
      .optional()
      .describe(
        'The types of files that are kept, by their bytes, such as [image/*, application/pdf]; others fail (FILE_TYPE). Default: all.',
      ),
  })
  .describe('What of the files that fields name (download) is kept. See Files.');

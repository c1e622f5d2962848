import { z } from 'zod';

/** What is kept of pages besides their items. */
export const keepSchema = z
  .enum(['warc'])
  .describe(
    'warc: keeps each stored page with its request, without what opens the site (cookies, authorization, secrets), in output/RUN/pages-00001.warc.gz, from where `spinneret extract` reads it again. On AWS in the bucket, from where `export` and `extract` bring it. See Keeping the pages.',
  );

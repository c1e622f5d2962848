import { z } from 'zod';

/** What is kept of pages besides their items. */
export const keepSchema = z
  .enum(['warc'], {
    error: ({ input }) =>
      input === 'html'
        ? 'warc (of which spinneret export RUN --what archive --format html makes a file for each page)'
        : undefined,
  })
  .describe(
    'warc: keeps each stored page with its request, without what opens the site (cookies, authorization, secrets), in output/RUN/pages-00001.warc.gz, from where `spinneret extract` reads it again. On AWS in the bucket, from where `export` and `extract` bring it. `export --what archive` makes a file for each page (`--format html`), WACZ or an index of it. See Keeping the pages.',
  );

import { z } from 'zod';
import { headers, httpUrl, label, oneOrMany } from '../../schema/leaf-schema.ts';

export const crawlSource = z
  .strictObject({
    start: oneOrMany(httpUrl).describe('Where the crawl begins.'),
    headers: headers
      .optional()
      .describe(
        'Headers of the requests for the start pages, besides fetch.headers and those of their label; not of the pages that links lead to. Secrets go where those of fetch.headers go.',
      ),
    order: z
      .enum(['breadth', 'best'])
      .optional()
      .describe(
        'What comes first of the pages with one priority: breadth, those nearest to the start; best, those that were found first. Default where priorities are named: breadth. Without both, pages are fetched as they are found. See The best pages first.',
      ),
    label: label.optional().describe('Label of the start pages; without it, by their URL.'),
  })
  .describe('Start pages; their follow rules lead on.');

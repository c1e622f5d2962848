import { z } from 'zod';
import { httpUrl, label, oneOrMany } from '../../schema/leaf-schema.ts';

export const crawlSource = z
  .strictObject({
    start: oneOrMany(httpUrl).describe('Where the crawl begins.'),
    label: label.optional().describe('Label of the start pages; without it, by their URL.'),
  })
  .describe('Start pages; their follow rules lead on.');

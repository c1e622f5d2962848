import { z } from 'zod';
import { headers, httpUrl, label, oneOrMany, relativeFile } from '../../schema/leaf-schema.ts';

export const urlsSource = z
  .strictObject({
    list: oneOrMany(httpUrl).optional().describe('The URLs themselves.'),
    file: relativeFile
      .optional()
      .describe('A file with one URL a line, relative to the job file. It is streamed: millions are fine.'),
    headers: headers
      .optional()
      .describe(
        'Headers of the requests for these pages, besides fetch.headers and those of their label; not of the pages that links lead to. Secrets go where those of fetch.headers go.',
      ),
    label: label.optional().describe('Label of the pages; without it, by their URL.'),
  })
  .refine(
    (source) => (source.list === undefined) !== (source.file === undefined),
    'either list or file, and not both',
  )
  .describe('A list of URLs.');

import { z } from 'zod';
import { httpUrl, label, oneOrMany, relativeFile } from '../../schema/leaf-schema.ts';

export const urlsSource = z
  .strictObject({
    list: oneOrMany(httpUrl).optional().describe('The URLs themselves.'),
    file: relativeFile
      .optional()
      .describe('A file with one URL a line, relative to the job file. It is streamed: millions are fine.'),
    label: label.optional().describe('Label of the pages; without it, by their URL.'),
  })
  .refine(
    (source) => (source.list === undefined) !== (source.file === undefined),
    'either list or file, and not both',
  )
  .describe('A list of URLs.');

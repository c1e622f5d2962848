import { z } from 'zod';
import { fileOrObject, headers, httpUrl, label, oneOrMany } from '../../schema/leaf-schema.ts';

export const urlsSource = z
  .strictObject({
    list: oneOrMany(httpUrl).optional().describe('The URLs themselves.'),
    file: fileOrObject
      .optional()
      .describe(
        'A file with one URL a line, relative to the job file, or an object of S3, s3://bucket/key. It is streamed: millions are fine. On this machine an object is read with the default credentials of AWS; on AWS its address has to begin with one of aws.seeds in the settings.',
      ),
    column: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Of a CSV or TSV file: the column whose cells are the URLs, by its name in the first row. Delimiter and quotes are found out; rows of another width than the first are reported and not used. Without it, a line is a URL.',
      ),
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
  .refine(
    (source) => source.column === undefined || source.file !== undefined,
    'column is of a file: name it with file',
  )
  .describe('A list of URLs.');

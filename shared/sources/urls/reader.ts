import type { KindReader } from '../kind.ts';
import { isWorkedOut } from '../kind-parts.ts';
import { readUrlsChunk } from './urls-file.ts';

export const urlsReader: KindReader<'urls'> = {
  ...isWorkedOut,
  begin: async (request, { job, openFile }) => ({
    is: 'source',
    expansion: await readUrlsChunk(job, openFile, request),
  }),
};

import type { PageRequest } from '../../model.ts';
import type { ListPages } from '../ahead-parts.ts';
import { firstUrlsRequest, readUrlsChunk } from './urls-file.ts';

/** The URLs in the source's file, repeated lines included. Throws `DropError` SOURCE_MISSING. */
export const listUrls: ListPages = async function* (job, index, openFile) {
  const file = job.sources[index]?.urls?.file;
  let request: PageRequest<'urls'> | undefined =
    file === undefined ? undefined : firstUrlsRequest(file, index);
  while (request !== undefined) {
    const { links, next } = await readUrlsChunk(job, openFile, request);
    yield links.map(({ url }) => url);
    request = next[0];
  }
};

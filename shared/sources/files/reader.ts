import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';

export const downloadReader: KindReader<'download'> = {
  ...isFetched,
  read(_request, { file }) {
    if (file === undefined) throw new Error('a file that nobody has kept');
    const { received: _, ...fact } = file;
    const counts = { 'download:bytes': file.bytes, ...(file.isEqual ? { 'download:equal': 1 } : {}) };
    return { is: 'search', fact: { end: 'stored', file: fact }, links: [], counts };
  },
};

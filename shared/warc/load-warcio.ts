import { loadFromPackage } from '../own-files.ts';

type Warcio = Pick<
  typeof import('warcio'),
  'WARCRecord' | 'WARCSerializer' | 'WARCParser' | 'CDXAndRecordIndexer'
>;

let loaded: Warcio | undefined;

/** Loaded by the first page that is kept, or read from where it was kept. */
export function loadWarcio(): Warcio {
  loaded ??= loadFromPackage<Warcio>('warcio', 'dist', 'index.cjs');
  return loaded;
}

import { join } from 'node:path';
import { collyPeer } from '../../peers/colly.ts';
import { webContestantsOf } from './installed.ts';

export const colly = webContestantsOf({
  ...collyPeer,
  command: (folder) => [join(folder, 'colly-web')],
  variants: {
    idiomatic: 'Colly with OnHTML',
    tokenizer: 'Colly for the fetch alone, the tokenizer of golang.org/x/net/html',
    scan: 'Colly for the fetch alone, looks for bytes of this site in place of parsing',
  },
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contestantsOf, type InstalledPeer } from './installed-peer.ts';

/** Go takes as many threads as it has cores: one, when it is pinned to that. */
export const collyPeer: InstalledPeer = {
  name: 'colly',
  steps: [
    ['go', 'build', '-o', 'colly', '.'],
    ['go', 'build', '-o', 'colly-web', './web'],
  ],
  command: (folder) => [join(folder, 'colly')],
  versionOf: (folder) => `v2 ${/colly\/v2 (\S+)/.exec(readFileSync(join(folder, 'go.mod'), 'utf8'))?.[1]}`,
  variants: {
    idiomatic: 'Colly with OnHTML and its own set of visited URLs',
    tokenizer: 'Colly for the fetch alone, the tokenizer of golang.org/x/net/html, a set of URLs',
    scan: 'Colly for the fetch alone, looks for bytes of this site in place of parsing, a set of URLs',
  },
};

export const colly = contestantsOf(collyPeer);

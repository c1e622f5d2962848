import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contestantsOf, type InstalledPeer } from './installed-peer.ts';

/** Its hundreds of crates take ten minutes to build, once. */
export const spiderPeer: InstalledPeer = {
  name: 'spider',
  steps: [
    ['cargo', 'build', '--quiet', '--release'],
    ['cp', 'target/release/peer', 'peer'],
    ['rm', '-r', 'target'],
  ],
  command: (folder) => [join(folder, 'peer')],
  versionOf: (folder) =>
    `spider ${/^spider = "=(.*)"$/m.exec(readFileSync(join(folder, 'Cargo.toml'), 'utf8'))?.[1]}`,
  variants: { shop: 'spider-rs, its crawl and subscription, selectors of the crate scraper' },
};

export const spider = contestantsOf(spiderPeer);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmSteps } from './install.ts';
import { contestantsOf, type InstalledPeer } from './installed-peer.ts';

export const crawleePeer: InstalledPeer = {
  name: 'crawlee',
  steps: npmSteps,
  command: (folder) => [process.execPath, '--max-semi-space-size=64', join(folder, 'crawl.mjs')],
  versionOf(folder) {
    const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    return Object.entries(dependencies).flat().join(' ');
  },
  variants: {
    queue: 'CheerioCrawler tuned, memory storage, its own queue and enqueueLinks',
    list: 'CheerioCrawler tuned, a list and a set of URLs in place of its queue',
  },
};

export const crawlee = contestantsOf(crawleePeer);

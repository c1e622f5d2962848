import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipSteps } from './install.ts';
import { contestantsOf, type InstalledPeer } from './installed-peer.ts';

const python = join('venv', 'bin', 'python');

export const scrapyPeer: InstalledPeer = {
  name: 'scrapy',
  steps: pipSteps,
  command: (folder) => [join(folder, python), join(folder, 'spider.py')],
  versionOf: (folder) =>
    readFileSync(join(folder, 'requirements.txt'), 'utf8')
      .trim()
      .split('\n')
      .join(', ')
      .replaceAll('==', ' '),
  variants: {
    css: 'Scrapy tuned, its own selectors and feed',
    regex: 'Scrapy tuned, regular expressions for this site, lines written directly',
  },
};

export const scrapy = contestantsOf(scrapyPeer);

import { join } from 'node:path';
import { scrapyPeer } from '../../peers/scrapy.ts';
import { webContestantsOf } from './installed.ts';

export const scrapy = webContestantsOf({
  ...scrapyPeer,
  command: (folder) => [join(folder, 'venv/bin/python'), join(folder, 'web_spider.py')],
  variants: {
    css: 'Scrapy tuned, its own selectors and feed',
    regex: 'Scrapy tuned, regular expressions for this site, lines written directly',
    defaults: 'Scrapy as people run it: every default, robots.txt obeyed, a JOBDIR',
  },
});

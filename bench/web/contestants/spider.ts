import { spiderPeer } from '../../peers/spider.ts';
import { webContestantsOf } from './installed.ts';

export const spider = webContestantsOf({
  ...spiderPeer,
  variants: { list: 'spider-rs, pages by the client that it sets up, selectors of the crate scraper' },
});

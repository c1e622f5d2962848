import { join } from 'node:path';
import { crawleePeer } from '../../peers/crawlee.ts';
import { webContestantsOf } from './installed.ts';

export const crawlee = webContestantsOf({
  ...crawleePeer,
  command: (folder) => [process.execPath, '--max-semi-space-size=64', join(folder, 'web.mjs')],
  variants: { list: 'CheerioCrawler tuned, a list in place of its queue' },
});

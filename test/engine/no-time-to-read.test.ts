import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, paths } from './site.ts';
import { driveRun, makeJob } from './world.ts';

const workbook = readFileSync(join(import.meta.dirname, '../extract/xlsx/files/openpyxl.xlsx'));
const byHandler = { handler: './handler.mjs', fields: { title: 'h1' } };

describe('a page whose turn to be read had not come before its process ended', () => {
  it.each([
    ['by a handler', page('One'), byHandler],
    ['as a workbook', { body: workbook }, { as: 'xlsx' }],
  ])('loses no attempt, however often that happens: read %s', async (_, answer, rule) => {
    const lateAnswers = 3;
    const world = enterWorld({ leaseMs: 60_000 });
    writeFileSync(join(world.folder, 'handler.mjs'), 'export default ({ items }) => ({ items });');
    const site = await openSite({
      '/1': ({ earlier }) => {
        if (earlier < lateAnswers) world.advance(8_000);
        return answer;
      },
    });
    const sources = [{ urls: { list: paths(1, site.origin) } }];
    await world.start(
      'r',
      makeJob({ sources, pages: { default: rule }, fetch: { timeoutMs: 1_000, attempts: 2 } }),
    );
    const process: Engine = {
      ...world.newProcess('p'),
      // A fetch may begin in the first 2 s, and handlers end after 8: the answer comes when they must have ended.
      get endsAt() {
        return site.hits('/1') < lateAnswers ? world.now() + 13_000 : Number.MAX_SAFE_INTEGER;
      },
    };
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, retries: lateAnswers });
    expect(site.hits('/1')).toBe(lateAnswers + 1);
  });
});

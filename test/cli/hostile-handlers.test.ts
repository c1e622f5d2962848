import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWhole, noteSample } from '../sample.ts';
import { openCliFolder } from './call-cli.ts';
import { type SmallSite, serveSmallSite } from './small-site.ts';

const pages = 32;
let site: SmallSite;

beforeAll(async () => {
  site = await serveSmallSite(pages);
});
afterAll(() => site[Symbol.asyncDispose]());

/** What the handler does on these pages; on all others its duty. */
const deeds: Record<number, [does: string, code: string]> = {
  // It computes for the time limit of users, 30 s.
  ...(isWhole ? { 3: ['for (;;);', 'HANDLER_TIMEOUT'] } : {}),
  13: ['const kept = []; for (;;) kept.push({ kept });', 'HANDLER_FAILED'],
  17: ['process.exit(0);', 'HANDLER_FAILED'],
  19: ['process.reallyExit(0);', 'HANDLER_FAILED'],
  23: ['throw null;', 'HANDLER_FAILED'],
  29: ['setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});', 'HANDLER_FAILED'],
  31: ['Promise.reject(new Error("nobody waits")); await new Promise(() => {});', 'HANDLER_FAILED'],
};

const cases = Object.entries(deeds).map(([number, [does]]) => `case ${number}: { ${does} }`);
const handler = `export default async (page) => {
  const number = Number(page.url.split('/').at(-1));
  switch (number) { ${cases.join('\n')} }
  return { items: [{ number }] };
};
`;

const job = () => `name: small
network: allowPrivate
politeness: { gapMs: 0 }
fetch: { concurrencyPerHost: 8 }
sources: [{ crawl: { start: "${site.origin}/" } }]
pages:
  product: { match: /p/*, handler: ./handler.mjs }
  default: { follow: [a] }
`;

describe('a run with a handler file that is hostile on some pages', () => {
  it('loses these pages alone, by their codes, and no process', { timeout: 240_000 }, async ({ task }) => {
    if (!isWhole) noteSample(task, 'deeds', 7, Object.keys(deeds).length);
    using cli = openCliFolder();
    cli.write('handler.mjs', handler);
    cli.write('job.yaml', job());
    const { stderr } = await cli.call('run', 'job.yaml');
    const [run = ''] = readdirSync(join(cli.path, 'output'));
    const items = cli.readLines(`output/${run}/items.jsonl`).map(({ number }) => Number(number));
    const healthy = Array.from({ length: pages }, (_, index) => index + 1).filter((n) => !(n in deeds));
    expect(items.sort((a, b) => a - b)).toEqual(healthy);
    const failures = cli.readLines(`output/${run}/failures.jsonl`).map(({ url, code }) => `${url} ${code}`);
    expect(failures.filter((line) => line.includes('/p/')).sort()).toEqual(
      Object.entries(deeds)
        .map(([number, [, code]]) => `${site.origin}/p/${number} ${code}`)
        .sort(),
    );
    expect(stderr).not.toMatch(/died|BATCH_CRASHED/);
    expect(site.seen.filter((path) => path.startsWith('/p/')).sort()).toEqual(
      Array.from({ length: pages }, (_, index) => `/p/${index + 1}`).sort(),
    );
  });
});

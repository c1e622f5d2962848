import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openCliFolder, parseLines } from './call-cli.ts';

interface Result {
  changes: { items: Record<string, number>; pages: Record<string, number> };
  files: { what: string; records: number }[];
  firstItems: object[];
}

/** Items with a key, on pages of a list and on one of their own. */
const listed = (...skus: string[]) => skus.map((sku) => `<li><b>${sku}</b></li>`).join('');
const linksTo = (...paths: string[]) => paths.map((path) => `<a href="${path}">${path}</a>`).join('');

it('gives what is new alone, and no file of what is gone where a page is, and its item elsewhere', async () => {
  const pages: Record<string, string> = {
    '/': linksTo('/l/1', '/l/2', '/l/offer'),
    '/l/1': listed('d', 'c'),
    '/l/2': listed('b', 'a'),
    '/l/offer': listed('a'),
  };
  const server = createServer(({ url = '' }, response) => {
    response.writeHead(url in pages ? 200 : 404, { 'content-type': 'text/html' }).end(pages[url]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  using folder = openCliFolder();
  folder.write(
    'job.yaml',
    `name: shop
sources: [{ crawl: { start: 'http://127.0.0.1:${(server.address() as AddressInfo).port}/' } }]
pages:
  list: { match: /l/*, each: li, item: product, key: sku, fields: { sku: b } }
  default: { follow: [a] }
politeness: { gapMs: 0, robots: ignore }
network: allowPrivate
recrawl: true
output: { only: [new, changed] }
`,
  );
  const run = async (): Promise<Result | undefined> => {
    const { stdout } = await folder.call('run', 'job.yaml', '--processes', '1', '--json');
    return (parseLines(stdout).at(-1) as { runs: Result[] }).runs[0];
  };
  expect(await run()).toMatchObject({ changes: { items: { new: 4 } } });
  Object.assign(pages, { '/l/1': listed('e', 'd'), '/l/2': listed('c', 'b', 'a') });
  delete pages['/l/offer'];
  const second = await run();
  expect(second?.changes).toMatchObject({ items: { new: 1, unchanged: 4, gone: 0 }, pages: { gone: 1 } });
  expect(second?.files).toMatchObject([{ what: 'items', records: 1 }, { what: 'failures' }]);
  expect(second?.firstItems).toMatchObject([{ sku: 'e', _change: 'new' }]);
}, 120_000);

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { hostAt, htmlOf, pageAt, type ServedTree, sizeOf, truthOf } from './tree-site.ts';

export interface CrawlResult {
  counts: Record<string, number>;
  /** JSONL of the items. */
  file: string;
}

/** Every page is counted as stored, whole, and is in the file once with the fields of the truth; throws at what is not. */
export async function checkCrawl(site: ServedTree, { counts, file }: CrawlResult): Promise<void> {
  const expected = { admitted: site.pages, stored: site.pages, items: site.pages, bytes: bytesOf(site) };
  for (const [name, count] of Object.entries(expected))
    if (counts[name] !== count) throw new Error(`${name} is not ${count}: ${JSON.stringify(counts)}`);

  const seen = new Uint8Array(site.pages);
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const record: Record<string, unknown> = JSON.parse(line);
    const position = positionOf(site, String(record['_url']));
    const truth = position === undefined ? undefined : truthOf(position.host, position.page);
    const isRight =
      record['name'] === truth?.name && record['sku'] === truth?.sku && record['price'] === truth?.price;
    if (position === undefined || !isRight)
      throw new Error(`${file}: ${line} and not ${JSON.stringify(truth)}`);
    const number = position.page * site.hosts + position.host;
    seen[number] = (seen[number] ?? 0) + 1;
  }
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong !== -1) throw new Error(`${file}: page ${wrong} of the site is there ${seen[wrong]} times`);
}

function positionOf(site: ServedTree, url: string): { host: number; page: number } | undefined {
  const { hostname, port, pathname } = new URL(url);
  const host = hostAt(hostname);
  const page = pageAt(pathname);
  const isThere = page !== undefined && host < site.hosts && page < sizeOf(site, host);
  return isThere && Number(port) === site.port ? { host, page } : undefined;
}

function bytesOf(site: ServedTree): number {
  let sum = 0;
  for (let host = 0; host < site.hosts; host += 1)
    for (let page = 0; page < sizeOf(site, host); page += 1) sum += htmlOf(site, host, page).length;
  return sum;
}

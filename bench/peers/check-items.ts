import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { productAt, type Shop } from './shop.ts';

/**
 * Every product of the shop is in a JSONL file once, with the fields of the truth, and nothing else is.
 * `urlKey` is what the file calls the page's URL. Returns how many; throws at the first that is wrong.
 */
export async function checkItems(
  file: string,
  shop: Pick<Shop, 'origin' | 'products'>,
  urlKey: string,
): Promise<number> {
  const seen = new Uint8Array(shop.products);
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const record: Record<string, unknown> = JSON.parse(line);
    const index = Number(/\/p\/(\d+)\.html$/.exec(String(record[urlKey]))?.[1]);
    if (!(index < shop.products)) throw new Error(`${file}: no product of the shop: ${line}`);
    const { url, ...fields } = productAt(index, shop.origin);
    const found = Object.fromEntries(Object.keys(fields).map((key) => [key, record[key]]));
    const isRight = record[urlKey] === url && isDeepStrictEqual(found, fields);
    if (!isRight) throw new Error(`${file}: ${line} and not ${JSON.stringify({ url, ...fields })}`);
    seen[index] = (seen[index] ?? 0) + 1;
  }
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong !== -1) throw new Error(`${file}: product ${wrong} is there ${seen[wrong]} times`);
  return shop.products;
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { itemAt } from './site.ts';

/**
 * Every address is in a JSONL file once, with the fields of the truth, and nothing else is. `urlKey` is what the file
 * calls the page's URL. Returns how many; throws at the first that is wrong.
 */
export async function checkWebItems(file: string, addresses: string[], urlKey: string): Promise<number> {
  const missing = new Set(addresses);
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const record: Record<string, unknown> = JSON.parse(line);
    const address = String(record[urlKey]);
    const { url, ...fields } = itemAt(Number(/(\d+)\.html$/.exec(address)?.[1]), address);
    const found = Object.fromEntries(Object.keys(fields).map((key) => [key, record[key]]));
    if (!isDeepStrictEqual(found, fields))
      throw new Error(`${file}: ${line} and not ${JSON.stringify({ url, ...fields })}`);
    if (!missing.delete(address)) throw new Error(`${file}: ${address} is there twice, or not in the list`);
  }
  const [first] = missing;
  if (first !== undefined) throw new Error(`${file}: ${missing.size} are missing: ${first}`);
  return addresses.length;
}

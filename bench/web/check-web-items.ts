import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { itemAt, pageNumber } from './site.ts';

/**
 * Every address is in a JSONL file at most once, with the fields of the truth, and nothing else is. `urlKey` is what the
 * file calls the page's URL. Returns how many; throws at the first that is wrong, and unless `mayMiss` one that is missing.
 */
export async function checkWebItems(
  file: string,
  { addresses, urlKey, mayMiss }: { addresses: string[]; urlKey: string; mayMiss: boolean },
): Promise<number> {
  const missing = new Set(addresses);
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const record: Record<string, unknown> = JSON.parse(line);
    const address = String(record[urlKey]);
    const { url, ...fields } = itemAt(pageNumber(address), address);
    const found = Object.fromEntries(Object.keys(fields).map((key) => [key, record[key]]));
    if (!isDeepStrictEqual(found, fields))
      throw new Error(`${file}: ${line} and not ${JSON.stringify({ url, ...fields })}`);
    if (!missing.delete(address)) throw new Error(`${file}: ${address} is there twice, or not in the list`);
  }
  const [first] = missing;
  if (first !== undefined && !mayMiss) throw new Error(`${file}: ${missing.size} are missing: ${first}`);
  return addresses.length - missing.size;
}

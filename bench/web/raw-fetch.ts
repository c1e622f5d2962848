/**
 * The yardstick over TLS: undici's `request`, every body read and unpacked and thrown away, nothing parsed or stored.
 * Arguments: URL file, requests under way, `gzip` or `brotli`. A page that fails is asked for three times. Prints what it did as JSON.
 */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';

const [file = '', underWay = '64', packing = 'gzip'] = process.argv.slice(2);
const urls = readFileSync(file, 'utf8').trimEnd().split('\n');
/** HTTP/1.1: in undici it costs less than HTTP/2. */
const dispatcher = new Agent({ connections: 2, allowH2: false });
const unpack = packing === 'brotli' ? brotliDecompressSync : gunzipSync;
const attempts = 3;
let next = 0;
let pages = 0;
let bytes = 0;

async function fetchOn(): Promise<void> {
  for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
    const body = await bodyOf(url, attempts);
    if (body === undefined) continue;
    pages += 1;
    bytes += body.length;
  }
}

async function bodyOf(url: string, attemptsLeft: number): Promise<Buffer | undefined> {
  const pathAt = url.indexOf('/', 'https://'.length);
  const answer = await dispatcher.request({
    origin: url.slice(0, pathAt),
    path: url.slice(pathAt),
    method: 'GET',
    headers: { 'accept-encoding': packing === 'brotli' ? 'br' : 'gzip' },
  });
  const body = await read(answer.body);
  if (answer.statusCode === 200) return unpack(body);
  return attemptsLeft > 1 ? bodyOf(url, attemptsLeft - 1) : undefined;
}

async function read(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

await Promise.all(Array.from({ length: Number(underWay) }, fetchOn));
await dispatcher.close();
console.log(JSON.stringify({ pages, bytes }));

/**
 * The yardstick over TLS: undici's `request`, every body read and unpacked and thrown away, nothing parsed or stored.
 * Arguments: URL file, requests under way. Prints what it did as JSON.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Agent, type Dispatcher } from 'undici';

const [file = '', underWay = '64'] = process.argv.slice(2);
const urls = readFileSync(file, 'utf8').trimEnd().split('\n');
/** HTTP/1.1: in undici it costs less than HTTP/2. */
const dispatcher = new Agent({ connections: 2, allowH2: false });
let next = 0;
let bytes = 0;

async function fetchOn(): Promise<void> {
  for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
    const pathAt = url.indexOf('/', 'https://'.length);
    const answer = await dispatcher.request({
      origin: url.slice(0, pathAt),
      path: url.slice(pathAt),
      method: 'GET',
      headers: { 'accept-encoding': 'gzip' },
    });
    const body = gunzipSync(await read(answer.body));
    bytes += body.length;
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  }
}

async function read(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

await Promise.all(Array.from({ length: Number(underWay) }, fetchOn));
await dispatcher.close();
console.log(JSON.stringify({ pages: urls.length, bytes }));

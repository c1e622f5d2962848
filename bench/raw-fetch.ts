/**
 * The yardstick: undici's `request` with every body read and thrown away, nothing parsed or stored.
 * Arguments: URL file, own share, shares, requests under way. Prints what it did as JSON.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

const [file = '', share = '0', shares = '1', concurrency = '64'] = process.argv.slice(2);
const urls = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .filter((_, index) => index % Number(shares) === Number(share));
const dispatcher = new Agent();
let next = 0;
let bytes = 0;

async function fetchOn(): Promise<void> {
  for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
    const { statusCode, body } = await request(url, { dispatcher });
    bytes += (await body.arrayBuffer()).byteLength;
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, fetchOn));
const ms = performance.now() - startedAt;
await dispatcher.close();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ pages: urls.length, bytes, ms, cpuMs: (user + system) / 1_000 }));

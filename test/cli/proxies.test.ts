import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveProxy } from '../fetch/proxies/local-proxies.ts';
import { openCliFolder } from './call-cli.ts';
import { serveSmallSite, smallJob } from './small-site.ts';

const secret = 'pr0xy-pass-w0rd';

/** The command lines of all processes that the folder's calls have. */
function commandLines(): string {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const lines = ids.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  });
  return lines.join('\n');
}

it('shows through which proxy a page came, and nowhere its user and password', async () => {
  await using site = await serveSmallSite(3);
  using folder = openCliFolder({ PROXY_USER: 'customer-7f3a', PROXY_PASS: secret });
  const proxy = await serveProxy('http', { credentials: `customer-7f3a:${secret}` });
  const locked = await serveProxy('socks5', { credentials: 'x:y' });
  const address = (url: string) => url.replace('://', '://${env:PROXY_USER}:${env:PROXY_PASS}@');
  const proxies = `proxies: { list: ['${address(proxy.url)}', '${address(locked.url)}'], rotate: request }\n`;
  folder.write('small.yaml', smallJob(site.origin) + proxies);

  const tried = await folder.call('try', `${site.origin}/p/1`, '--file', 'small.yaml');
  expect(tried.stdout).toContain(`through ${proxy.url}`);
  expect(tried.code).toBe(0);

  site.hold();
  const running = folder.start(['run', 'small.yaml']);
  await site.asked(1);
  if (process.platform === 'linux') expect(commandLines()).not.toContain(secret);
  site.release();
  const ran = await running.done;
  expect(ran.stdout).toMatch(/proxies .*through them/);
  expect(ran.stdout).toContain('PROXY_AUTH');

  folder.write('priced.yaml', smallJob(site.origin) + proxies.replace('rotate:', 'pricePerGb: 4.5, rotate:'));
  const estimated = await folder.call('estimate', 'priced.yaml', '--sample', '2', '--pages', '1000000');
  expect(estimated.stdout).toMatch(/proxies .*[\d.]+ [MG]i?B through them: \$[\d.]+ more, at \$4\.50 a GB/);

  const kept = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  const all = [tried.stdout, tried.stderr, ran.stdout, ran.stderr, estimated.stdout, ...kept].join('\n');
  const basic = Buffer.from(`customer-7f3a:${secret}`).toString('base64').replace(/=+$/, '');
  for (const text of [secret, basic, 'customer-7f3a']) expect(all).not.toContain(text);
});

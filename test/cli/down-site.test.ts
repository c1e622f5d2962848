import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../testing/free-port.ts';
import { type CliFolder, openCliFolder } from './call-cli.ts';

const job = (name: string, url: string, network = 'allowPrivate') => `name: ${name}
network: ${network}
politeness: { gapMs: 0 }
fetch: { attempts: 1 }
sources: [{ crawl: { start: ${url} } }]
pages: { default: { fields: { title: h1 } } }
`;

let folder: CliFolder;
let refused: string;
const server = createServer(({ url, headers }, response) => {
  const entry = `<url><loc>http://${headers.host}/page</loc></url>`;
  if (url === '/cut.xml') response.end(`<urlset>${entry}<url><loc>http://${headers.host}/pa`);
  else if (url === '/page') response.setHeader('content-type', 'text/html').end('<h1>One</h1>');
  else if (url === '/empty') response.setHeader('content-type', 'text/html').end();
  else response.writeHead(404).end('gone');
});

beforeAll(async () => {
  folder = openCliFolder();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  refused = `http://127.0.0.1:${await freePort()}/`;
  folder.write('refused.yaml', job('refused', refused));
  folder.write('private.yaml', job('private', 'http://127.0.0.1:1/', 'public'));
  folder.write('nowhere.yaml', job('nowhere', 'http://no-such-host.invalid/'));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder.write('gone.yaml', job('gone', `${origin}/`));
  folder.write('empty.yaml', job('empty', `${origin}/empty`));
  const cut = job('cut', origin).replace(
    `crawl: { start: ${origin} }`,
    `sitemap: { urls: ${origin}/cut.xml }`,
  );
  folder.write('cut.yaml', cut);
});
afterAll(() => {
  folder[Symbol.dispose]();
  server.close();
});

describe('of a site that cannot be read', () => {
  it.concurrent.each([
    ['refused', 'CONNECT_FAILED'],
    ['private', 'ADDRESS_REFUSED'],
    ['nowhere', 'DNS_FAILED'],
    ['gone', 'HTTP_404'],
    ['empty', 'NO_CONTENT'],
  ])('%s: run, try and estimate say why, and end with 1', async (name, code) => {
    const url = { refused, private: 'http://127.0.0.1:1/', nowhere: 'http://no-such-host.invalid/' }[name];
    const run = await folder.call('run', `${name}.yaml`, '--processes', '1');
    expect({ code: run.code, stdout: run.stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(new RegExp(`1 ${code}[\\s\\S]*no page was read, for the reasons above`)),
    });
    const estimate = await folder.call('estimate', `${name}.yaml`);
    expect(estimate).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`SAMPLE_FAILED.*${code}`)),
    });
    if (url === undefined) return;
    const tried = await folder.call('try', url, '--file', `${name}.yaml`);
    expect(tried).toMatchObject({ code: 1, stdout: expect.stringContaining(code) });
  });

  it('estimate asks once, and says why within seconds', async () => {
    folder.write('patient.yaml', job('patient', refused).replace('attempts: 1', 'attempts: 5'));
    const { code, stderr } = await folder.call('estimate', 'patient.yaml');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/SAMPLE_FAILED.*CONNECT_FAILED 1\. The host/),
    });
    expect(stderr).not.toContain('sitemap');
  });
});

describe('of a sitemap that was cut', () => {
  it('run keeps what came before, says why, and ends with 1', async () => {
    const { code, stdout } = await folder.call('run', 'cut.yaml', '--processes', '1');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/1 SITEMAP_INVALID[\s\S]*not every page is known/),
    });
    expect(stdout).toContain('One');
  });
});

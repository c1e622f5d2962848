import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readProxies } from '../../../shared/engine/proxies/read-proxies.ts';
import { openRunProxies } from '../../../shared/engine/proxies/run-proxies.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { makeJob } from '../world.ts';

const env = {
  LIST: ' http://a.test:1, http://b.test:2\nhttp://c.test:3 ',
  USER: 'me@home',
  PASS: 'p:w/d',
  BAD: 'socks4://me@home:1',
  KEYS: JSON.stringify([{ proxy: 'http://k1.test:1' }, { proxy: 'http://k2.test:2' }]),
};

async function read(parts: Record<string, unknown>, lines = '') {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  writeFileSync(join(path, 'proxies.txt'), lines);
  const job = makeJob({ sources: [{ crawl: { start: 'http://x.test/' } }], ...parts });
  const shown = ({
    address: { scheme, hostname, port, user, password },
    name,
  }: {
    address: never;
    name: string;
  }) => ({
    ...{ name, at: `${scheme}://${hostname}:${port}`, user, password },
  });
  const { shared, ofSessions } = await readProxies(job, env, localFiles(path));
  const own = [...ofSessions].map(([name, list]) => [name, list.map((one) => shown(one as never).at)]);
  return { shared: shared.map((one) => shown(one as never)), own };
}

const account = '${' + 'account:proxy}';
const variable = (name: string) => `\${env:${name}}`;

describe('readProxies', () => {
  it('takes those of a list, of a variable that holds several, and of a file, in this order', async () => {
    const proxies = {
      list: [variable('LIST'), `http://${variable('USER')}:${variable('PASS')}@d.test:4`],
      file: 'proxies.txt',
    };
    const { shared } = await read({ proxies }, '# none\n\n e.test:5:u:w \r\nhttp://a.test:1\r');
    expect(shared.map(({ at }) => at)).toEqual([
      ...['http://a.test:1', 'http://b.test:2', 'http://c.test:3', 'http://d.test:4', 'http://e.test:5'],
      'http://a.test:1',
    ]);
    expect(shared[3]).toMatchObject({ user: 'me@home', password: 'p:w/d' });
    expect([shared[0]?.name, shared[1]?.name, shared[5]?.name]).toEqual([
      ...['http://a.test:1 #1', 'http://b.test:2', 'http://a.test:1 #6'],
    ]);
  });

  it('takes the proxy of a session, or of each of its accounts, apart from the others', async () => {
    const sessions = {
      one: { hosts: ['x.test'], proxy: 'http://s.test:9' },
      each: { hosts: ['y.test'], accounts: variable('KEYS'), proxy: account },
      none: { hosts: ['z.test'] },
    };
    const { shared, own } = await read({ sessions, proxies: { list: ['http://a.test:1'] } });
    expect(shared.map(({ at }) => at)).toEqual(['http://a.test:1']);
    expect(own).toEqual([
      ['one', ['http://s.test:9']],
      ['each', ['http://k1.test:1', 'http://k2.test:2']],
    ]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an entry that is none',
      { proxies: { list: ['http://a.test:1', variable('BAD')] } },
      '',
      /list\[1\], entry 1: expected/,
    ],
    [
      'a line that is none',
      { proxies: { file: 'proxies.txt' } },
      '# x\nsocks4://a:1',
      /proxies\.txt, line 2: expected/,
    ],
    ['an empty list', { proxies: { file: 'proxies.txt' } }, '# x\n', /^proxies: the list is empty/],
    [
      'two for a session',
      { sessions: { one: { hosts: ['x.test'], proxy: variable('LIST') } } },
      '',
      /sessions\.one\.proxy: expected one/,
    ],
  ])('says where %s stands, and nothing of what it is', async (_, parts, lines, message) => {
    const error = await read(parts, lines).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PROXY_INVALID', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('me@home');
  });
});

describe('openRunProxies', () => {
  it('counts what a proxy cost once, and again what was not committed', async () => {
    const job = makeJob({
      sources: [{ crawl: { start: 'http://x.test/' } }],
      proxies: { list: ['http://a.test:1'], pricePerGb: 5 },
    });
    const proxies = await openRunProxies(job, { env: {}, openFile: localFiles('/') }, () => 0, undefined);
    proxies.putBack({ proxyBytes: 3, 'proxy:PROXY_FAILED': 1 });
    proxies.putBack({ proxyBytes: 4 });
    expect(proxies.take()).toEqual({ proxyBytes: 7, 'proxy:PROXY_FAILED': 1 });
    expect(proxies.take()).toEqual({});
    expect(proxies.cooling()).toBeUndefined();
    expect(proxies.secretTexts()).toEqual([]);
  });
});

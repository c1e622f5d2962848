import { expect, it } from 'vitest';
import { describeBrowser, sandbox } from '../browser/chromium.ts';
import { openSite } from '../engine/setting.ts';
import type { SitePages, SiteRequest } from '../engine/site.ts';
import { openCliFolder } from './call-cli.ts';
import { hasXvfb, openDisplay } from './open-display.ts';

const env = { SPINNERET_SESSION_KEY: Buffer.alloc(32, 7).toString('base64') };
const count = 6;
const paths = Array.from({ length: count }, (_, index) => `/p/${index + 1}`);

/** A club whose sessions end after three pages, and where logging in takes a person, for whom the page of the login acts. */
function openClub() {
  const left = new Map<string, number>();
  const member = (page: string) => (request: SiteRequest) => {
    const [, id = ''] = /sid=(\w+)/.exec(request.headers.cookie ?? '') ?? [];
    const pages = left.get(id) ?? 0;
    left.set(id, pages - 1);
    return pages > 0 ? { body: page } : { status: 302, headers: { location: '/login' } };
  };
  const pages: SitePages = {
    '/login': {
      body: '<form method=post action=/code></form><script>document.forms[0].submit()</script>',
    },
    '/code': {
      body: '<form method=post action=/in></form><script>setTimeout(() => document.forms[0].submit(), 100)</script>',
    },
    '/in': () => {
      const id = `person${left.size + 1}`;
      left.set(id, 3);
      return { headers: { 'set-cookie': `sid=${id}; HttpOnly; Path=/` }, body: '<a class=user>ann</a>' };
    },
    ...Object.fromEntries(paths.map((path) => [path, member(`<h1>${path}</h1>`)])),
  };
  return openSite(pages);
}

const jobOf = (origin: string) => `name: club
network: allowPrivate
sources: [{ urls: { list: [${paths.map((path) => `"${origin}${path}"`).join(', ')}] } }]
sessions:
  member:
    hosts: ["${new URL(origin).host}"]
    login: { via: person, steps: [{ open: "${origin}/login" }], check: { select: .user } }
    endedBy: { redirectTo: "**/login" }
pages: { page: { match: "**", fields: { name: h1 } } }
politeness: { gapMs: 0 }
fetch: { concurrencyPerHost: 1 }
`;

const isPaused = ({ stdout }: { stdout: string }) => stdout.includes('LOGIN_NEEDED');

describeBrowser('a run whose session only a person can open', () => {
  it.skipIf(!hasXvfb)(
    'pauses each time it needs one, and goes on by resume with what it had',
    { timeout: 1_200_000 },
    async () => {
      const site = await openClub();
      using folder = openCliFolder({ ...env, DISPLAY: await openDisplay() });
      folder.write('club.yaml', jobOf(site.origin));
      folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
      const first = await folder.call('run', 'club.yaml');
      expect(isPaused(first)).toBe(true);
      expect(paths.flatMap((path) => site.log.filter((request) => request.path === path))).toEqual([]);
      let logins = 0;
      for (let last = first; isPaused(last); logins += 1) {
        expect(last.code).not.toBe(0);
        expect(logins).toBeLessThan(count);
        const login = await folder.call('login', 'club.yaml');
        const [, run = ''] = /go on with: npx spinneret resume (\S+)/.exec(login.stderr) ?? [];
        expect(run).toMatch(/^club-/);
        last = await folder.call('resume', run);
        if (!isPaused(last)) {
          expect(last.code).toBe(0);
          const items = folder.readLines(`output/${run}/items.jsonl`).map(({ name }) => name);
          expect(items.sort()).toEqual(paths);
        }
      }
      // Two sessions of three pages show six.
      expect(logins).toBe(2);
    },
  );
});

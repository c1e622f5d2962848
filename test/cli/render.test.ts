import { expect, it } from 'vitest';
import { describeBrowser, sandbox } from '../browser/chromium.ts';
import { openSite } from '../engine/setting.ts';
import { openCliFolder } from './call-cli.ts';

const jobOf = (origin: string) => `name: app
network: allowPrivate
sources: [{ crawl: { start: "${origin}/" } }]
pages:
  app: { match: "**/", render: { waitFor: h1 }, fields: { name: { select: h1, required: true } } }
politeness: { gapMs: 0 }
`;

const page = {
  '/': {
    body: '<div id=app></div><script>fetch("/api").then((r) => r.text()).then((t) => { app.innerHTML = "<h1>" + t + "</h1>" })</script>',
  },
  '/api': { body: 'made here' },
};

describeBrowser('spinneret run and try, of a job with render', () => {
  it('read the page in the browser, say so, and name what its scripts asked for', async () => {
    const site = await openSite(page);
    using folder = openCliFolder();
    folder.write('app.yaml', jobOf(site.origin));
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    const run = await folder.call('run', 'app.yaml');
    expect(run.stdout).toContain('browser 1 page read in it');
    expect(run.stdout).toContain('"name":"made here"');
    const trial = await folder.call('try', `${site.origin}/`, '--file', 'app.yaml');
    expect(trial.stdout).toContain('"made here"');
    expect(trial.stdout).toMatch(new RegExp(`GET ${site.origin}/api 200, .*9 B`));
  });
});

it.skipIf(process.getuid?.() !== 0)(
  'halts before the first page where Chromium would run without its sandbox',
  async () => {
    const site = await openSite(page);
    using folder = openCliFolder();
    folder.write('app.yaml', jobOf(site.origin));
    folder.write('config/settings.yaml', `browser: { path: ${process.execPath} }\n`);
    const run = await folder.call('run', 'app.yaml');
    expect(run.stderr).toContain('BROWSER_UNSAFE');
    expect(run.code).not.toBe(0);
    expect(site.log).toEqual([]);
  },
);

it('halts before the first page where there is no browser, and doctor says how to get one', async () => {
  const site = await openSite(page);
  using folder = openCliFolder();
  folder.write('app.yaml', jobOf(site.origin));
  folder.write('config/settings.yaml', 'browser: { path: /no/such/program }\n');
  const run = await folder.call('run', 'app.yaml');
  expect(run.stderr).toContain('BROWSER_MISSING');
  expect(run.stderr).toContain('apt install chromium');
  expect(run.code).not.toBe(0);
  expect(site.log).toEqual([]);
  const doctor = await folder.call('doctor', 'app.yaml');
  expect(doctor.stdout).toContain('/no/such/program');
});

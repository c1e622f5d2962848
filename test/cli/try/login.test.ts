import { describe, expect, it } from 'vitest';
import { openLoginSite } from '../../engine/login-site.ts';
import { openCliFolder } from '../call-cli.ts';

const env = { SITE_USER: 'ann', SITE_PASS: 'geheim-&-wort' };

async function trial(endedBy: string, secrets = env) {
  const { origin } = await openLoginSite();
  const folder = openCliFolder(secrets);
  folder.write(
    'site.yaml',
    `name: site
network: allowPrivate
sources: [{ crawl: { start: "${origin}/p/1" } }]
sessions:
  member:
    hosts: ["127.0.0.1"]
    login:
      steps:
        - open: "${origin}/login?next=/p/1"
        - form: { select: "#login", fields: { user: "\${env:SITE_USER}", pass: "\${env:SITE_PASS}" } }
      check: { not: { select: "#login" }, cookie: sid }
    endedBy: ${endedBy}
pages: { page: { fields: { title: h1 } } }
politeness: { gapMs: 1 }
`,
  );
  const answer = await folder.call('try', '--login', '--file', 'site.yaml', `${origin}/p/3`);
  const found = await folder.call('try', '--login', '--json', '--file', 'site.yaml', `${origin}/p/3`);
  const without = await folder.call('try', '--file', 'site.yaml', `${origin}/p/3`);
  folder[Symbol.dispose]();
  return { ...answer, origin, json: found.stdout, without };
}

describe('try --login', () => {
  it('shows each step, the names of parameters and no value of what was sent', async () => {
    const { stdout, stderr, code, origin, without } = await trial('{ select: "#login" }');
    const note = 'the page is asked for without its session: --login logs in first';
    expect([stderr.includes(note), without.stderr.includes(note)]).toEqual([false, true]);
    expect(stdout).toContain(`  step 1 open: GET ${origin}/login?next=… answered 200`);
    expect(stdout).toContain(
      `  step 2 form: POST ${origin}/login?step=… with csrf, user, pass, go (values hidden) answered 30`,
    );
    expect(stdout).toContain('  logged in to session member');
    for (const value of Object.values(env)) expect(stdout).not.toContain(`${value}`);
    expect(code).toBe(0);
  });

  it.each([
    ['{ select: "#login" }', 'visitor sees that the session has ended: an element #login'],
    [
      '{ status: 401 }',
      'visitor gets 200, in which endedBy sees nothing: when the session ends on the way, such pages are stored as a visitor sees them',
    ],
  ])('says whether endedBy %s would notice the end of the session', async (endedBy, line) => {
    const { stdout, json } = await trial(endedBy);
    expect(stdout).toContain(line);
    expect(json).toContain('"visitor"');
  });

  it('fails with the code of a login that is refused', async () => {
    const { stdout, code } = await trial('{ select: "#login" }', { ...env, SITE_PASS: 'other-word' });
    expect(stdout).toContain('LOGIN_REFUSED');
    expect(code).toBe(1);
  });
});

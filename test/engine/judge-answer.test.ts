import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, type SiteAnswer } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const fields = { title: 'h1' };

async function run(answer: SiteAnswer | SiteAnswer[], rule: object = {}, fetch: object = { attempts: 1 }) {
  const answers = [answer].flat();
  const site = await openSite({ '/1': ({ earlier }) => answers[earlier] ?? answers.at(-1) ?? {} });
  const world = enterWorld();
  const sources = [{ urls: { list: [`${site.origin}/1`] } }];
  await world.start('r', makeJob({ sources, pages: { default: { fields, ...rule } }, fetch }));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const outcomes = await outcomesOf(world, 'r');
  const items = outcomes.flatMap((outcome) => outcome.items);
  return { end: Object.values(await endsOf(world, 'r'))[0], items, counts, hits: site.hits('/1'), outcomes };
}

function html(head: string, body = '<h1>www.example.com</h1>'): SiteAnswer {
  return { body: `<!doctype html><html><head>${head}</head><body>${body}</body></html>` };
}

const challenges: [string, SiteAnswer][] = [
  [
    'Cloudflare',
    html('<title>Just a moment...</title><script>window._cf_chl_opt={cType:"managed"}</script>'),
  ],
  ['Cloudflare, blocked', html('<title>Attention Required! | Cloudflare</title>')],
  ['Cloudflare by its header', { ...html(''), status: 403, headers: { 'cf-mitigated': 'challenge' } }],
  [
    'Imperva',
    html('', '<iframe src="/_Incapsula_Resource?x">Request unsuccessful. Incapsula incident ID: 7</iframe>'),
  ],
  [
    'DataDome',
    html("<script>var dd={'rt':'c'}</script><script src=https://ct.captcha-delivery.com/c.js></script>"),
  ],
  ['HUMAN', html('<script>window._pxAppId="PX1"</script>', '<div id="px-captcha"></div>')],
  [
    'AWS WAF',
    html('<script>window.gokuProps={}</script><script src=https://x.token.awswaf.com/c.js></script>'),
  ],
  ['AWS WAF by its header', { status: 202, headers: { 'x-amzn-waf-action': 'challenge' } }],
  ['AWS WAF, CAPTCHA', { status: 405, headers: { 'x-amzn-waf-action': 'captcha' } }],
  ['Sucuri', html('<script>sucuri_cloudproxy_js="";S="a"</script>')],
  ['DDoS-Guard', html('<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>')],
  [
    'Anubis',
    html(
      '<script id="anubis_challenge" type="application/json">{}</script>',
      '<h1>Making sure you are not a bot!</h1>',
    ),
  ],
  ['Vercel', html('<title>Vercel Security Checkpoint</title>')],
  ['Vercel by its header', { status: 429, headers: { 'x-vercel-mitigated': 'challenge' } }],
  [
    'Amazon',
    html('', '<form method="get" action="/errors/validateCaptcha"><h1>Enter the characters</h1></form>'),
  ],
  ['F5', html('<title>Request Rejected</title>', 'The requested URL was rejected. Your support ID is: 1')],
  ['Akamai', html('', '<div id="sec-if-cpt-container"></div>')],
  ['Kasada', html('<script>window.KPSDK={}</script><script src="/149/ips.js?x=1"></script>')],
];

describe('a challenge in place of a page', () => {
  it.each(challenges)('is BLOCKED and not stored: %s', async (_, answer) => {
    expect(await run(answer)).toMatchObject({ end: 'failed BLOCKED', items: [] });
  });

  const links = Array.from({ length: 12 }, (_, index) => `<a href="/${index}">${index}</a>`).join('');
  it.each<[string, SiteAnswer]>([
    [
      'with a script of such a service',
      html('<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'),
    ],
    [
      'with the background script of Imperva',
      html('<script src="/_Incapsula_Resource?SWJIYLWA=1"></script>'),
    ],
    ['that DataDome let through', { ...html(''), headers: { 'x-datadome': 'protected' } }],
    ['with a CAPTCHA in a form', html('', '<h1>Contact</h1><div class="g-recaptcha"></div>')],
    [
      'that quotes one',
      html('', '<h1>How it works</h1><code>&lt;title>Just a moment... window._cf_chl_opt</code>'),
    ],
    [
      'with links, which quotes all marks',
      html('', `<h1>On Anubis</h1>${links}<p>id="anubis_challenge"</p>`),
    ],
  ])('is stored: a page %s', async (_, answer) => {
    expect(await run(answer)).toMatchObject({ end: 'stored', items: [{ item: 'default' }] });
  });

  it('is what the page is called, although retryIf finds its text there', async () => {
    const [, answer = {}] = challenges[0] ?? [];
    const result = await run(answer, { retryIf: { text: 'Just a moment' } }, { attempts: 3 });
    expect(result).toMatchObject({ end: 'failed BLOCKED', hits: 1 });
  });

  it('is tried again where the job says so', async () => {
    const [, answer = {}] = challenges[0] ?? [];
    const result = await run([answer, page('One')], { retry: { on: ['BLOCKED'], attempts: 2 } });
    expect(result).toMatchObject({ end: 'stored', hits: 2 });
  });
});

describe('retryIf', () => {
  const sorry = { body: '<h1>Shop</h1><p class="error">Please  try\n again later</p>' };
  it.each<[string, object]>([
    ['an element', { select: 'p.error' }],
    ['an element without text', { select: 'br' }],
    ['text in an element', { select: '.error', text: 'try again' }],
    ['text anywhere', { text: 'Please try again' }],
  ])('fetches a page again that shows %s', async (_, retryIf) => {
    const answer = { body: `${sorry.body}<br>` };
    const result = await run([answer, page('One')], { retryIf }, { attempts: 2 });
    expect(result).toMatchObject({ end: 'stored', hits: 2, items: [{ fields: { title: 'One' } }] });
  });

  it.each<[string, object]>([
    ['no such element', { select: '.fault' }],
    ['other text in the element', { select: '.error', text: 'Shop' }],
    ['other text', { text: 'Come again' }],
    ['a path, for it is no JSON', { path: 'error' }],
  ])('reads a page that has %s', async (_, retryIf) => {
    expect(await run(sorry, { retryIf }, { attempts: 2 })).toMatchObject({ end: 'stored', hits: 1 });
  });

  it('counts the page as SOFT_ERROR when no attempt is left', async () => {
    const result = await run(sorry, { retryIf: { select: '.error' } }, { attempts: 3 });
    expect(result).toMatchObject({ end: 'failed SOFT_ERROR', hits: 3, items: [] });
    expect(result.counts).toMatchObject({ retries: 2, 'failed:SOFT_ERROR': 1 });
  });

  it.each<[object, string]>([
    [{ error: 'busy' }, 'failed SOFT_ERROR'],
    [{ error: { code: 7 } }, 'failed SOFT_ERROR'],
    [{ error: null, title: 'One' }, 'stored'],
    [{ error: false, title: 'One' }, 'stored'],
    [{ error: '', title: 'One' }, 'stored'],
    [{ error: [], title: 'One' }, 'stored'],
    [{ title: 'One' }, 'stored'],
  ])('finds a path in JSON: %j', async (value, end) => {
    const answer = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
    const rule = { fields: { title: { path: 'title' } }, retryIf: { path: 'error' } };
    expect(await run(answer, rule)).toMatchObject({ end });
  });

  it('comes before the list of an API that the answer lacks', async () => {
    const answers = [{ error: 'busy' }, { items: [{ title: 'One' }] }];
    const site = await openSite({
      '/api': ({ earlier }) => ({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answers[earlier] ?? {}),
      }),
    });
    const world = enterWorld();
    const sources = [{ rest: { url: `${site.origin}/api`, items: 'items', label: 'default' } }];
    const rule = { fields: { title: { path: 'title' } }, retryIf: { path: 'error', text: 'busy' } };
    await world.start('r', makeJob({ sources, pages: { default: rule }, fetch: { attempts: 2 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, items: 1, retries: 1 });
  });
});

describe('retry', () => {
  const failing = (status: number): SiteAnswer[] => [{ status, body: 'no' }, page('One')];
  it.each<[number, unknown[], number]>([
    [404, [404], 2],
    [404, ['4xx'], 2],
    [403, ['5xx', 403], 2],
    [503, ['5xx'], 2],
    [503, [500], 1],
    [503, [], 1],
    [404, ['5xx'], 1],
    [204, ['NO_CONTENT'], 2],
  ])('on of a job decides for status %d: %j', async (status, on, hits) => {
    expect(await run(failing(status), {}, { attempts: 2, retry: { on } })).toMatchObject({ hits });
  });

  it('of a label takes precedence, key by key', async () => {
    const rule = { retry: { attempts: 4 } };
    const fetch = { attempts: 1, retry: { on: [404] } };
    expect(await run({ status: 404 }, rule, fetch)).toMatchObject({ hits: 4, end: 'failed HTTP_404' });
    expect(await run({ status: 500 }, rule, fetch)).toMatchObject({ hits: 1, end: 'failed HTTP_500' });
    expect(await run({ status: 404 }, { retry: { on: [] } }, fetch)).toMatchObject({ hits: 1 });
  });
});

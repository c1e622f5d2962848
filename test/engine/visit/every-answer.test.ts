import { expect, it } from 'vitest';
import { expectAccounted } from '../accounts.ts';
import { enterWorld, openSite } from '../setting.ts';
import { page, redirect, robots, type SiteAnswer, type SitePages } from '../site.ts';
import { wholeOf } from '../whole.ts';
import { driveRun, makeJob } from '../world.ts';

const html = (head: string, body = '', more: SiteAnswer = {}): SiteAnswer => ({
  body: `<!doctype html><html><head>${head}</head><body>${body}</body></html>`,
  ...more,
});
const item = (title: string, price: string, more = '') =>
  html('', `<h1>${title}</h1><b>${price}</b><img src="/photo.png">${more}`);
const typed = (type: string, body: string): SiteAnswer => ({ headers: { 'content-type': type }, body });
const after =
  (...answers: SiteAnswer[]) =>
  ({ earlier }: { earlier: number }) =>
    answers[earlier] ?? answers.at(-1) ?? {};

/** One page for each thing that an answer can be. `other`: an origin out of scope. */
const answersWith = (other: string): SitePages => ({
  ok: item('Ok', '1', '<a class=more href="/i/deep">deep</a><a href="/i/unfollowed">no</a>'),
  deep: item('Deep', '2', '<a class=more href="/i/deeper">deeper</a>'),
  deeper: item('Deeper', '3', '<a class=more href="/i/deepest">deepest</a>'),
  'lacks-title': html('', '<b>4</b>'),
  'lacks-price': html('', '<h1>Free</h1>'),
  'empty-204': { status: 204 },
  'empty-205': { status: 205 },
  'no-body': {},
  blank: { body: ' \n\t ' },
  part: { ...item('Part', '5'), headers: { 'content-range': 'bytes 0-9/100' } },
  'part-exact': { ...item('Part', '5'), headers: { 'content-range': 'bytes 0-96/200' } },
  'part-206': { ...item('Part', '5'), status: 206, headers: { 'content-range': 'bytes 0-9/100' } },
  'whole-206': { ...item('Whole', '6'), status: 206 },
  'created-201': { ...item('Created', '7'), status: 201 },
  'missing-404': { ...item('Missing', '8'), status: 404 },
  'gone-410': { ...item('Gone', '9'), status: 410 },
  'gone-411': { ...item('Length', '9'), status: 411 },
  broken: { status: 500, body: 'broken' },
  mended: after({ status: 502 }, item('Mended', '10')),
  busy: after({ status: 503, headers: { 'retry-after': '1' } }, item('Busy', '11')),
  'busy-long': { status: 429, headers: { 'retry-after': '86400' } },
  sorry: after(html('', '<p class=sorry>later</p>'), item('Sorry', '12')),
  'sorry-always': html('', '<p class=sorry>later</p>'),
  wall: html('', '<form id=login></form><a class=more href="/i/behind">in</a>'),
  'challenge-403': html('', '', { status: 403, headers: { 'cf-mitigated': 'challenge' } }),
  'challenge-200': html('<title>Attention Required! | Cloudflare</title>'),
  'accepted-202': { ...item('Accepted', '13'), status: 202 },
  moved: redirect('/i/target', 301),
  target: item('Target', '14'),
  out: redirect(`${other}/x`),
  mail: redirect('mailto:a@b'),
  loop: redirect('/i/loop'),
  'far-1': redirect('/i/far-2'),
  'far-2': redirect('/i/far-3', 303),
  'far-3': redirect('/i/far-4', 307),
  'far-4': redirect('/i/far-5', 308),
  refresh: html('<meta http-equiv=refresh content="0;url=/i/refreshed">'),
  refreshed: item('Refreshed', '15'),
  reload: html('<meta http-equiv=refresh content="30">', '<h1>Reload</h1><b>16</b>'),
  canonical: html('<link rel=canonical href="/i/target">', '<h1>Copy</h1>'),
  'canonical-out': html(`<link rel=canonical href="${other}/">`, '<h1>Away</h1><b>17</b>'),
  noindex: html(
    '<meta name=robots content=noindex>',
    '<h1>Hidden</h1><a class=more href="/i/by-noindex">x</a>',
  ),
  nofollow: html(
    '<meta name=robots content=nofollow>',
    '<h1>Led</h1><a class=more href="/i/by-nofollow">x</a>',
  ),
  none: { ...item('None', '18'), headers: { 'x-robots-tag': 'none' } },
  shell: html('<title>app</title>', '<div id=app></div><script src="/app.js"></script>'),
  picture: typed('image/png', '\x89PNG\r\n\x1a\n'),
  'data.json': typed('application/json', '{"title":"Json"}'),
  text: typed('text/plain', 'Some text'),
  language: { ...item('Sprache', '19'), headers: { 'content-language': 'de' } },
  links: html(
    '',
    [
      ...['mailto:a@b', 'tel:1', 'http://', 'http://u:p@127.0.0.1/x', `${other}/y`, '/file.zip'],
      ...[
        '/unlabelled',
        '/i/private',
        '/list?sort=price',
        '/list?color=red',
        '/i/ok#part',
        '/i/ok?utm_source=x',
      ],
      ...['/i/a/a/a/a/a/a/a', '/i/cal?date=2090-01-01', '/i/ok', '/i/by-link'],
    ]
      .map((href) => `<a class=more href="${href}">x</a>`)
      .concat('<h1>Links</h1><a class=more rel=nofollow href="/i/marked">x</a>')
      .join(''),
  ),
  'by-link': item('By link', 'no number'),
});

const siteWith = (other: string): SitePages => ({
  '/robots.txt': robots('User-agent: *\nDisallow: /i/private'),
  '/list': html(
    '',
    ['Ann 1 a.png', 'Bob 2 b.png', 'Sold 3 c.png', 'Ann 1 d.png', '- 5 e.png']
      .map((row) => row.split(' '))
      .map(
        ([name, price, file]) =>
          `<p><i>${name === '-' ? '' : name}</i><b>${price}</b><img src="/${file}"></p>`,
      )
      .join(''),
  ),
  '/list/empty': page('Nothing'),
  '/list/sold': html('', '<p><i>Sold</i><b>1</b></p>'),
  ...Object.fromEntries(Object.entries(answersWith(other)).map(([name, answer]) => [`/i/${name}`, answer])),
});

/** Pages to which others lead; the others are named by the job. */
const found = /deep|refreshed|target|far-[2-4]|by-/;

const jobOf = (origin: string, site: SitePages) =>
  makeJob({
    sources: [
      {
        urls: {
          list: Object.keys(site)
            .filter((path) => !found.test(path))
            .map((path) => origin + path),
        },
      },
    ],
    pages: {
      item: {
        match: '/i/**',
        follow: ['a.more'],
        fields: {
          title: { select: 'h1', required: true },
          price: { select: 'b', type: 'number' },
          photo: { select: 'img', attr: 'src', type: 'url', download: true },
        },
        unless: [
          { select: '#login', reason: 'wall' },
          { status: 410, reason: 'gone' },
        ],
        retryIf: { select: '.sorry' },
      },
      list: {
        match: '/list**',
        each: 'p',
        key: 'name',
        fields: {
          name: 'i',
          price: { select: 'b', type: 'number' },
          photo: { select: 'img', attr: 'src', type: 'url', download: true },
          colour: 'u',
        },
        unless: { field: 'name', is: 'Sold', reason: 'sold' },
      },
    },
    urls: { canonical: 'follow' },
    limits: { maxDepth: 2 },
    politeness: { slowDown: false },
    fetch: { attempts: 2, maxRedirects: 3, concurrencyPerHost: 1, retry: { delayMs: 0 } },
  });

it('comes to what it did, for each thing that an answer can be', async () => {
  const other = await openSite({ '/x': page('Other') });
  const site = siteWith(other.origin);
  const shop = await openSite(site);
  const world = enterWorld({ batchSize: 50 });
  await world.start('r', jobOf(shop.origin, site));
  await driveRun(world, 'r', world.newProcess('p'));
  await expectAccounted(world, 'r');
  await expect(await wholeOf(world, 'r', { shop, other })).toMatchFileSnapshot('every-answer.txt');
});

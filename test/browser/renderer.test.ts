import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Document, isComment, isText } from 'domhandler';
import { expect, it, onTestFinished } from 'vitest';
import type { ResourceRequest } from '../../shared/browser/types.ts';
import { HaltError } from '../../shared/errors.ts';
import { nodesIn } from '../../shared/extract/markdown/elements.ts';
import { markupOf } from '../../shared/extract/tree/serialise.ts';
import {
  answering,
  answerOf,
  describeBrowser,
  openRenderer,
  origin,
  render,
  rule,
  shareRenderer,
} from './chromium.ts';

describeBrowser('makeRenderer', () => {
  const shared = shareRenderer();

  it('reads what scripts make of a page, with what they fetch, under the user agent of the job', async () => {
    const page = await render(
      shared,
      '<p id=a></p><script src=/app.js></script><script>document.write("<i>" + navigator.userAgent + "</i>")</script>',
      {
        fetchResource: answering({
          '/app.js': 'fetch("/api").then((r) => r.text()).then((t) => { a.textContent = t })',
          '/api': 'from the API',
        }),
      },
    );
    expect(page.text).toContain('<p id="a">from the API</p>');
    expect(page.text).toContain('<i>Spinneret/test</i>');
    expect(page.answers.map(({ method, url, status }) => [method, url, status])).toEqual([
      ['GET', `${origin}/api`, 200],
    ]);
    expect(page.missing).toEqual({});
  });

  it('has the white space between elements, what templates hold, and the doctype, by which a parser nests tables', async () => {
    const old = '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">';
    const body =
      '<p><b>First</b> <i>Last</i>\n<template><p><b>a</b> <i>b</i></p> <s><u>c</u> d</s></template></p>';
    expect((await render(shared, `${old}<title>x</title>${body}`)).text).toBe(
      `${old}<html><head><title>x</title></head><body>${body}</body></html>`,
    );
  });

  const nested = (levels: number, inner: string) => '<div>'.repeat(levels) + inner + '</div>'.repeat(levels);
  const nestedByScript = `<body><script>
    let at = document.body;
    for (let level = 0; level < 130; level += 1) {
      const host = at.appendChild(document.createElement('div'));
      at = host.attachShadow({ mode: 'open' });
    }
    at.innerHTML = '<b>deep</b> <i>down</i>';
  </script>`;

  it.each([
    ['elements', nested(200, '<b>deep</b> <i>down</i>')],
    ['many of them', nested(170, '<b>deep</b> <i>down</i>').repeat(20)],
    ['as many as Chromium nests', nested(480, '<b>deep</b> <i>down</i>')],
    ['shadow roots', nestedByScript],
    ['a frame', `<iframe srcdoc="${nested(200, '<b>deep</b> <i>down</i>')}"></iframe>`],
  ])('reads what is nested deeper than one answer of the browser may be: %s', async (_, html) => {
    const { text } = await render(shared, html);
    const times = html.split('deep</b>').length - 1;
    expect(text.split('<div><b>deep</b> <i>down</i></div>')).toHaveLength(times + 1);
  });

  it('goes on with rows that are made frame by frame, or when the end of the list is in sight', async () => {
    const rows = await render(
      shared,
      `<ul id=a></ul><script>
        let made = 0;
        const next = () => {
          for (let row = 0; row < 10; row += 1) a.append(Object.assign(document.createElement('li'), { textContent: 'row' }));
          made += 10;
          if (made < 200) requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      </script>`,
    );
    expect(rows.text.split('<li>').length - 1).toBe(200);
    const inSight = await render(
      shared,
      `<div id=a></div><i id=end>end</i><script>
        new IntersectionObserver(([entry], observer) => {
          if (!entry.isIntersecting || a.children.length === 15) return;
          a.append(Object.assign(document.createElement('p'), { textContent: 'row' }));
          observer.unobserve(end);
          observer.observe(end);
        }).observe(end);
      </script>`,
    );
    expect(inSight.text.split('<p>').length - 1).toBe(15);
  });

  it('counts what its scripts, and frames, got as an error, and sockets that it does not get', async () => {
    const page = await render(
      shared,
      `<link rel=stylesheet href=/a.css><script src=/a.js></script><iframe src=/frame></iframe>
       <script>fetch('/api').catch(() => 0); try { new WebSocket('wss://app.example/s') } catch {}</script>`,
      {
        fetchResource: async ({ url }) => ({
          ...answerOf(url, 'gone'),
          status: url.endsWith('/api') ? 500 : 404,
        }),
      },
    );
    expect(page.missing).toEqual({ error: 3, blocked: 1 });
  });

  it('gives a page an empty picture for each that is not fetched, so that what waits for one goes on', async () => {
    const page = await render(
      shared,
      `<p id=a></p><img src="/1.jpg" onload="a.textContent = 'shown'" onerror="this.src = '/placeholder.png'">`,
      { rule: { ...rule, block: ['image'] } },
    );
    expect(page.text).toContain('<p id="a">shown</p><img src="/1.jpg"');
    expect(page.missing).toEqual({});
  });

  it('says what it waited for where a page is not at rest in time', async () => {
    const short = { ...rule, timeoutMs: 2_000 };
    const missing = render(shared, '<p>a', { rule: { ...short, waitFor: '.never' } });
    await expect(missing).rejects.toThrow('in which it waited for what waitFor names, .never');
  });

  it('shows nothing of what is for those without scripts', async () => {
    const { text } = await render(
      shared,
      '<body><noscript><h1>Please enable JavaScript</h1></noscript><h1>Real</h1>',
    );
    expect(text).toContain('<noscript></noscript><h1>Real</h1>');
  });

  const busyScript = 'const end = performance.now() + 1500; while (performance.now() < end);';

  it.each([
    ['before they ask', `setTimeout(() => { ${busyScript} show() }, 100)`],
    ['before they show what they got', `fetch("/api").then(() => { ${busyScript} show() })`],
  ])('waits for scripts that compute for long %s', async (_, script) => {
    const page = await render(
      shared,
      `<p id=a></p><script>
        const show = () => fetch("/api").then((r) => r.text()).then((t) => { a.textContent = t });
        addEventListener('load', () => { ${script} });
      </script>`,
      { fetchResource: answering({ '/api': 'from the API' }) },
    );
    expect(page.text).toContain('<p id="a">from the API</p>');
  });

  it.each([
    ['waits for the answer that a page of from: xhr is read from', 2_000, 1],
    ['gives up waiting for it within half of the time', 60_000, 0],
  ])('%s', async (_, afterMs, answers) => {
    const page = await render(
      shared,
      `<script>addEventListener('load', () => setTimeout(() => fetch("/api"), ${afterMs}))</script>`,
      {
        rule: { ...rule, from: 'xhr', timeoutMs: 8_000 },
        keepsAnswer: (url) => url.endsWith('/api'),
        fetchResource: answering({ '/api': 'from the API' }),
      },
    );
    expect(page.answers).toHaveLength(answers);
  });

  it('fails a page with what the process could not fetch for it, at once', async () => {
    const halt = new HaltError('STORE_FAILED', 'no store');
    const reading = render(shared, '<p>a</p><script src=/a.js></script>', {
      fetchResource: () => Promise.reject(halt),
    });
    await expect(reading).rejects.toBe(halt);
  });

  it('shows open shadow roots and frames of the same origin', async () => {
    const page = await render(
      shared,
      `<x-a><b>light</b></x-a><iframe src="/frame"></iframe>
       <script>document.querySelector('x-a').attachShadow({ mode: 'open' }).innerHTML = '<p>shadow <slot></slot></p>'</script>`,
      { fetchResource: answering({ '/frame': '<h2>framed</h2>' }) },
    );
    expect(page.text).toContain('<x-a><p>shadow <slot><b>light</b></slot></p></x-a>');
    expect(page.text).toContain('<spinneret-frame><h2>framed</h2></spinneret-frame>');
  });

  it('is not deceived by a page that replaces the functions of its document', async () => {
    const page = await render(
      shared,
      `<p>real</p><script>
        Object.defineProperty(document.documentElement, 'outerHTML', { get: () => '<p>false</p>' });
        XMLSerializer.prototype.serializeToString = () => '<p>false</p>';
        Element.prototype.getAttributeNames = () => [];
        Node.prototype.cloneNode = () => null;
      </script>`,
    );
    expect(page.text).toContain('<body><p>real</p>');
  });

  it('sends the cookies of the job, and those that the page sets', async () => {
    const seen: Record<string, string>[] = [];
    const page = await render(
      shared,
      '<p id=a></p><script>document.cookie = "own=1"; fetch("/api").then(() => fetch("/next")).then(() => { a.textContent = document.cookie })</script>',
      {
        cookies: [{ name: 'session', value: 'abc' }],
        fetchResource: async ({ url, headers }) => {
          seen.push(headers);
          return answerOf(url, '', { 'set-cookie': 'api=2; Path=/' });
        },
      },
    );
    expect(seen.map(({ cookie }) => cookie?.split('; ').sort())).toEqual([
      ['own=1', 'session=abc'],
      ['api=2', 'own=1', 'session=abc'],
    ]);
    expect(page.text).toContain('api=2');
  });

  it('counts what a page did not get, by reason', async () => {
    const refused: Record<string, 'robots' | 'method' | 'failed'> = {
      '/r': 'robots',
      '/m': 'method',
      '/f': 'failed',
    };
    const { missing } = await render(
      shared,
      '<script>for (const u of ["/r", "/r", "/m", "/f"]) fetch(u).catch(() => 0)</script>',
      { fetchResource: async ({ url }) => ({ refused: refused[new URL(url).pathname] ?? 'blocked' }) },
    );
    expect(missing).toEqual({ robots: 2, method: 1, failed: 1 });
  });

  it('fetches no image, font or media where they are blocked, and does not count them', async () => {
    const asked: ResourceRequest[] = [];
    const { missing } = await render(
      shared,
      '<img src=/a.png><video src=/a.mp4></video><style>@font-face { font-family: f; src: url(/a.woff2) } p { font-family: f }</style><p>text</p>',
      {
        rule: { ...rule, block: ['image', 'font', 'media'] },
        fetchResource: async (request) => {
          asked.push(request);
          return { refused: 'failed' };
        },
      },
    );
    expect(asked).toEqual([]);
    expect(missing).toEqual({});
  });

  it.each([
    ['a script', '<script>location.href = "/there"</script>'],
    [
      'a form that sends itself by GET',
      '<form action="/there"></form><script>document.forms[0].submit()</script>',
    ],
  ])('says where a page goes on to by %s', async (_, html) => {
    expect(await render(shared, `<p>a</p>${html}`)).toMatchObject({
      movedTo: expect.stringMatching(/^https:\/\/app\.example\/there\??$/),
    });
  });

  it('waits for what the rule names, though the page goes on asking', async () => {
    const page = await render(
      shared,
      '<script>setInterval(() => fetch("/api"), 50); setTimeout(() => document.body.append(Object.assign(document.createElement("h1"), { className: "ready" })), 300)</script>',
      { rule: { ...rule, waitFor: 'h1.ready' }, fetchResource: answering({ '/api': '' }) },
    );
    expect(page.text).toContain('<h1 class="ready">');
  });

  it('clicks until the button is gone, and scrolls until the page grows no more', async () => {
    const page = await render(
      shared,
      `<div id=list></div><button onclick="add(); if (++n === 3) this.remove()">more</button>
       <script>let n = 0, s = 0; const add = () => list.append(Object.assign(document.createElement('p'), { textContent: 'x' }));
       document.body.style.height = '3000px';
       addEventListener('scroll', () => { if (s < 2) { s++; list.append(Object.assign(document.createElement('i'), { style: 'display:block;height:4000px' })); document.body.style.height = '' } })</script>`,
      { rule: { ...rule, scroll: 10, click: { select: 'button', max: 10 } } },
    );
    expect(page.text.match(/<p>x<\/p>/g)).toHaveLength(3);
    expect(page.text.match(/<i /g)?.length).toBe(2);
    expect(page.text).not.toContain('<button');
  });

  it('counts links that a list takes away while it is scrolled', async () => {
    const { missing } = await render(
      shared,
      `<body style="height: 3000px"><a href="/1">1</a><script>
         addEventListener('scroll', () => { document.body.innerHTML = '<a href="/2">2</a>' }, { once: true })</script></body>`,
      { rule: { ...rule, scroll: 3 } },
    );
    expect(missing).toEqual({ removed: 1 });
  });

  it('does not count the time in which a page waits for what it asks for', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const timeoutMs = 2_000;
    setTimeout(answer, 2 * timeoutMs);
    const page = await render(
      shared,
      '<p id=a></p><script>fetch("/slow").then(() => { a.textContent = "done" })</script>',
      {
        rule: { ...rule, timeoutMs },
        fetchResource: async ({ url }) => {
          await answered;
          return answerOf(url, '');
        },
      },
    );
    expect(page.text).toContain('<p id="a">done</p>');
  });

  it.each([
    ['a script without end', '<script>for (;;);</script>'],
    ['a script without end after it has loaded', '<script>setTimeout(() => { for (;;); }, 200)</script>'],
    ['an element that never comes', '<p>a</p>', 'h1'],
  ])('gives up a page with %s, and reads the next', async (_, html, waitFor?: string) => {
    const renderer = openRenderer();
    const impatient = { ...rule, timeoutMs: 1_000, ...(waitFor === undefined ? {} : { waitFor }) };
    const options = { rule: impatient, fetchResource: answering({ '/api': '' }) };
    await expect(render(renderer, html, options)).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });
    expect((await render(renderer, '<p>next</p>')).text).toContain('<p>next</p>');
  });

  it('answers questions, and closes windows that a page opens', async () => {
    const page = await render(
      shared,
      '<p id=a></p><script>alert(1); const answer = confirm(2); open("/other"); a.textContent = "went on " + answer</script>',
    );
    expect(page.text).toContain('<p id="a">went on false</p>');
  });

  it('reads long texts whole, in scripts, shadow roots, frames and attributes', async () => {
    const { text } = await render(
      shared,
      `<p id=p></p><x-a></x-a><iframe src="/frame"></iframe><script type="application/json">["${'s'.repeat(30_000)}"]</script>
       <template>${'t'.repeat(30_000)}</template><script>
         p.textContent = 'p'.repeat(30_000); p.title = 'a'.repeat(30_000);
         document.querySelector('x-a').attachShadow({ mode: 'open' }).textContent = 'h'.repeat(30_000)</script>`,
      { fetchResource: answering({ '/frame': `<p>${'f'.repeat(30_000)}</p>` }) },
    );
    for (const char of 'spahf') expect([char, text.includes(char.repeat(30_000))]).toEqual([char, true]);
    expect(text).toContain('t'.repeat(30_000));
    expect(text).not.toContain('…');
  });

  it('reads long texts of XML, and those of templates, as they are', async () => {
    const long = '{"a": "1 < 2 && 3"}'.repeat(1_000);
    const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><script type="application/ld+json"><![CDATA[${long}]]></script></head>
      <body><p><![CDATA[${long}]]></p><!--${long}--></body></html>`;
    const escaped = long.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const templates = `<template><b>a</b><template><p>${escaped}</p></template><x-b><template shadowrootmode=open><i>${escaped}</i></template></x-b></template>`;
    const { text, document } = await render(shared, `${templates}<iframe src="/x.xhtml"></iframe>`, {
      fetchResource: async ({ url }) =>
        answerOf(url, xhtml, { 'content-type': 'application/xhtml+xml; charset=utf-8' }),
    });
    const read = [...nodesIn(document as Document)].filter((node) => isText(node) || isComment(node));
    expect(read.filter(({ data }) => data.length > 10_000).map(({ data }) => data)).toEqual(
      Array(4).fill(long),
    );
    for (const expected of [`<p>${escaped}</p>`, `<i>${escaped}</i>`, `<!--${long}-->`])
      expect(text).toContain(expected);
    expect(text.split(`<p>${escaped}</p>`)).toHaveLength(3);
  });

  it('reads long texts and controls of frames without scripts', async () => {
    const long = 'ab '.repeat(5_000);
    const inner = `<p>${long}</p><input value=a>`;
    const { text } = await render(
      shared,
      `<iframe id=f sandbox=allow-same-origin src=/inner onload="f.contentDocument.querySelector('input').value = 'b'"></iframe>`,
      { fetchResource: answering({ '/inner': inner }) },
    );
    expect(text).toContain(`<p>${long}</p><input value="b">`);
  });

  it('reads long texts and controls of frames of other hosts of the site, which the page itself may not read', async () => {
    const inner = `<p>${'ab '.repeat(5_000)}</p><input value=a><script>document.querySelector('input').value = 'b'</script>`;
    const { text } = await render(shared, '<iframe src="https://sub.app.example/inner"></iframe>', {
      fetchResource: answering({ '/inner': inner }),
    });
    expect(text).toContain(`<p>${'ab '.repeat(5_000)}</p><input value="b">`);
  });

  const radios = '<input type=radio name=r value=1 checked><input type=radio name=r value=2>';

  it.each([
    ['input', '<input value=a>', "$('input').value = 'b'", '<input value="b">'],
    [
      'input without a value',
      '<input type=date>',
      "$('input').value = '2026-11-30'",
      '<input type="date" value="2026-11-30">',
    ],
    ['emptied input', '<input value=a>', "$('input').value = ''", '<input value="">'],
    ['textarea', '<textarea>a</textarea>', "$('textarea').value = 'x<b>'", '<textarea>x&lt;b&gt;</textarea>'],
    ['emptied textarea', '<textarea>a</textarea>', "$('textarea').value = ''", '<textarea></textarea>'],
    ['checkbox', '<input type=checkbox>', "$('input').checked = true", '<input type="checkbox" checked="">'],
    [
      'cleared checkbox',
      '<input type=checkbox checked>',
      "$('input').checked = false",
      '<input type="checkbox">',
    ],
    [
      'radio buttons',
      radios,
      '$(\'[value="2"]\').checked = true',
      '<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked="">',
    ],
    [
      'select',
      '<select><option>a<option selected>b<option>c</select>',
      "$('select').value = 'c'",
      '<select><option>a</option><option>b</option><option selected="">c</option></select>',
    ],
    [
      'select without a choice in its HTML',
      '<select><option>a<option>b</select>',
      "$('select').selectedIndex = 1",
      '<select><option>a</option><option selected="">b</option></select>',
    ],
    [
      'list of which nothing is chosen before',
      '<select size=3><option>a<option>b</select>',
      "$('select').selectedIndex = 0",
      '<select size="3"><option selected="">a</option><option>b</option></select>',
    ],
    [
      'select of several',
      '<select multiple><option selected>a<option>b<option>c</select>',
      "for (const o of document.querySelectorAll('option')) o.selected = o.text > 'a'",
      '<select multiple=""><option>a</option><option selected="">b</option><option selected="">c</option></select>',
    ],
    [
      'shadow root',
      '<x-a></x-a>',
      "const r = $('x-a').attachShadow({ mode: 'open' }); r.innerHTML = '<p><x-b></x-b>'; const s = r.querySelector('x-b').attachShadow({ mode: 'open' }); s.innerHTML = '<input>'; s.firstChild.value = 'b'",
      '<x-a><p><x-b><input value="b"></x-b></p></x-a>',
    ],
    [
      'frame in a shadow root',
      '<x-a></x-a>',
      "const r = $('x-a').attachShadow({ mode: 'open' }); r.innerHTML = '<iframe></iframe>'; const b = r.firstChild.contentDocument.body; b.innerHTML = '<input>'; b.firstChild.value = 'b'",
      '<x-a><iframe></iframe><spinneret-frame><input value="b"></spinneret-frame></x-a>',
    ],
    [
      'page whose names and functions are its own',
      '<form name=querySelectorAll><input name=value value=a></form><form name=implementation><input type=radio name=shadowRoot><input type=radio name=shadowRoot></form><x-a></x-a>',
      "$('input').value = 'b'; $('x-a').attachShadow({ mode: 'open' }); Object.defineProperty(HTMLInputElement.prototype, 'value', { get: () => 'false' }); Document.prototype.querySelectorAll = () => []; Array.prototype.push = () => 0",
      '<input name="value" value="b">',
    ],
  ])('reads what scripts have set in a form: %s', async (_, html, script, expected) => {
    const { text, document } = await render(
      shared,
      `<body>${html}<script>{ const $ = (s) => document.querySelector(s); ${script} }</script>`,
    );
    expect(text.slice(text.indexOf('<body>'))).toContain(expected);
    expect(markupOf(document as Document)).toContain(expected);
  });

  it('leaves controls as they are that no script has set, passwords and files', async () => {
    const untouched = [
      '<input><input value="a"><input type="number" value="a"><input type="range"><input type="range" min="10" max="20" step="3" value="12"><input type="color">',
      '<input type="email" multiple="" value=" a@b.test , c@d.test "><input type="text" value="a\nb">',
      '<input type="checkbox" checked=""><input type="checkbox"><input type="hidden" value="a"><input type="file" value="a">',
      '<input type="radio" name="r" checked=""><input type="radio" name="r" checked=""><input type="radio" checked=""><input type="radio">',
      '<form><input type="radio" name="r"></form><textarea>\n\n a\n</textarea><textarea></textarea><progress value="1"></progress>',
      '<select><option disabled="">a</option><option>b</option></select><select size="3"><option>a</option></select>',
      '<select><option selected="">a</option><option selected="">b</option></select><datalist><option>a</option></datalist>',
      '<select><optgroup disabled=""><option>a</option></optgroup><option>b</option></select><select></select>',
      '<select multiple=""><option>a</option><option selected="">b</option></select>',
    ].join('');
    const set = '<input type="password" value="a"><input type="password"><input type="file" id="f">';
    const { text } = await render(
      shared,
      `<body>${untouched}${set}<script>for (const i of document.querySelectorAll('[type=password]')) i.value = 'secret';
        const files = new DataTransfer(); files.items.add(new File(['a'], 'a.txt')); f.files = files.files</script>`,
    );
    expect(text).toContain(`<body>${untouched}${set}<script>`);
  });

  it('reads a page that replaces its frames all the time', async () => {
    const { text } = await render(
      shared,
      `<body><input id=i><script>i.value = 'b'; let f; setInterval(() => {
        f?.remove();
        f = document.body.appendChild(document.createElement('iframe'));
        f.contentDocument.body.innerHTML = '<input name=inner>';
      }, 0)</script>`,
    );
    expect(text).toContain('<input id="i" value="b">');
    expect(text).toContain('<input name="inner">');
  });

  it('is not noticed by the page that it reads', async () => {
    const page = `<body><input><select><option>a<option>b</select><p id=seen></p><div style="height: 5000px"></div><template>${'t'.repeat(11_000)}</template><script>
      $ = (s) => document.querySelector(s); const before = Object.keys(window).length; $('input').value = 'b'; $('select').value = 'b';
      const note = (what) => { seen.textContent += what + ' ' };
      for (const [owner, name] of [[HTMLInputElement, 'value'], [HTMLOptionElement, 'selected'], [Element, 'shadowRoot'], [CharacterData, 'data']]) {
        const { get } = Object.getOwnPropertyDescriptor(owner.prototype, name);
        Object.defineProperty(owner.prototype, name, { configurable: true, get() { note(name); return get.call(this) } });
      }
      new MutationObserver((all) => { for (const { target } of all) if (target !== seen) note(target.nodeName) }).observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
      for (const type of ['input', 'change', 'focusin', 'select']) addEventListener(type, () => note(type), true);
      const known = new Set(Object.getOwnPropertyNames(window));
      addEventListener('scroll', () => { for (const name of Object.getOwnPropertyNames(window)) if (!known.has(name)) note(name) });
    </script>`;
    // Before it scrolls, and at the end.
    const { text } = await render(shared, page, { rule: { ...rule, scroll: 2 } });
    expect(text).toContain('<input value="b">');
    expect(text).toContain('<p id="seen"></p>');
  });

  it('refuses a document beyond the limit', async () => {
    const html = '<p></p><script>document.body.textContent = "x".repeat(200_000)</script>';
    await expect(render(shared, html, { maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
  });

  it('begins nothing once it may not', async () => {
    const page = { answer: answerOf(origin, ''), rule, visitor: { userAgent: '' }, cookies: [], maxBytes: 1 };
    const fetchResource = answering({});
    expect(await openRenderer().render({ ...page, fetchResource, mayStart: () => false })).toBe('unstarted');
  });

  it('goes on with another browser when one was killed', async () => {
    const renderer = openRenderer();
    await render(renderer, '<p>first</p>');
    const lost = render(renderer, '<p>a</p>', {
      fetchResource: async () => {
        killBrowsers();
        return { refused: 'failed' };
      },
      ...{ answer: answerOf(`${origin}/page`, '<script>fetch("/api")</script>') },
    });
    await expect(lost).rejects.toMatchObject({ code: 'BROWSER_LOST' });
    expect((await render(renderer, '<p>next</p>')).text).toContain('<p>next</p>');
  });

  it('leaves no process behind', async () => {
    const renderer = openRenderer();
    await render(renderer, '<p>a</p>');
    expect(browsers()).not.toEqual([]);
    await renderer.close();
    expect(browsers()).toEqual([]);
  });

  it('lets nothing of a page out: neither sockets, workers, images of this machine, preconnects nor downloads', async () => {
    const connected: string[] = [];
    const server = createServer((socket) => {
      socket.on('data', (data) => connected.push(String(data).split('\r\n')[0] ?? ''));
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const there = `127.0.0.1:${port}`;
    const page = await render(
      openRenderer(),
      `<link rel=preconnect href="http://${there}"><link rel=dns-prefetch href="//${there}"><link rel=prefetch href="http://${there}/prefetch">
       <img src="http://${there}/image"><a id=d href="http://${there}/download" download>d</a><a id=p href="/" ping="http://${there}/ping">p</a>
       <object data="http://${there}/object"></object>
       <script>
         try { new WebSocket('ws://${there}/socket') } catch {}
         try { new EventSource('http://${there}/events') } catch {}
         try { navigator.sendBeacon('http://${there}/beacon', 'x') } catch {}
         try { navigator.serviceWorker.register('/worker.js').catch(() => 0) } catch {}
         try { new Worker(URL.createObjectURL(new Blob(["fetch('http://${there}/worker').catch(() => 0); new WebSocket('ws://${there}/worker')"]))) } catch {}
         try { const c = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${there}' }, { urls: 'turn:${there}?transport=tcp', username: 'a', credential: 'b' }] }); c.createDataChannel('x'); c.createOffer().then((o) => c.setLocalDescription(o)) } catch {}
         try { new WebTransport('https://${there}/') } catch {}
         try { document.getElementById('d').click() } catch {}
       </script>`,
      { rule: { ...rule, block: [] } },
    );
    expect(page.missing.failed).toBeGreaterThan(0);
    expect(connected).toEqual([]);
  });
});

/** Processes of Chromium that this one has started, itself or through others. */
function browsers(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,comm=']).toString().trim().split('\n');
  const all = lines.map((line) => line.trim().split(/\s+/));
  const children = (parent: number): number[] =>
    all
      .filter(([, ppid, stat]) => Number(ppid) === parent && !stat?.startsWith('Z'))
      .flatMap(([pid]) => [Number(pid), ...children(Number(pid))]);
  const own = new Set(children(process.pid));
  return all
    .filter(([pid, , , name]) => own.has(Number(pid)) && /chrom/.test(name ?? ''))
    .map(([pid]) => Number(pid));
}

function killBrowsers(): void {
  for (const pid of browsers()) process.kill(pid, 'SIGKILL');
}

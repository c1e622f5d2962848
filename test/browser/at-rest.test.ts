import { expect, it } from 'vitest';
import { answering, answerOf, describeBrowser, render, rule, shareRenderer } from './chromium.ts';

describeBrowser('a page in a browser', () => {
  const shared = shareRenderer();

  it.concurrent.each([
    ['its document', 'a'],
    ['an open shadow root', "host.attachShadow({ mode: 'open' }).appendChild(document.createElement('i'))"],
    ['a frame', "frame.contentDocument.body.appendChild(document.createElement('i'))"],
  ])('is read once its numbers have counted up in %s', async (_, target) => {
    const { text, missing } = await render(
      shared,
      `<p id=a></p><div id=host></div><iframe id=frame srcdoc="<p>"></iframe><script>
        addEventListener('load', () => setTimeout(() => {
          const to = ${target};
          let count = 0;
          const timer = setInterval(() => { to.textContent = 'count ' + ++count; if (count === 20) clearInterval(timer) }, 100);
        }, 400));
      </script>`,
    );
    expect(text).toContain('count 20');
    expect(missing).toEqual({});
  });

  it.concurrent('has frames that nobody has scrolled to, and says how many it has that rules do not see', async () => {
    const { text, unreadFrames } = await render(
      shared,
      `<div style="height: 50000px"></div><iframe src=/frame loading=lazy></iframe><iframe src=https://other.example/></iframe>
       <iframe sandbox srcdoc="<p>shut off"></iframe><iframe></iframe>`,
      { fetchResource: async ({ url }) => answerOf(url, '<p>in a frame') },
    );
    expect(text.split('<p>in a frame')).toHaveLength(2);
    expect(unreadFrames).toBe(2);
  });

  it.concurrent('says that it was read while its content still changed', async () => {
    const changing =
      '<p id=a></p><script>setInterval(() => { a.textContent = performance.now() }, 100)</script>';
    expect((await render(shared, changing)).missing).toEqual({ changing: 1 });
    const waited = await render(shared, changing, { rule: { ...rule, waitFor: '#a' } });
    expect(waited.missing).toEqual({});
  });

  it.concurrent('is at rest though it moves for ever, or shows the time of day', async () => {
    const { missing, text } = await render(
      shared,
      `<p id=a class=x>a</p><svg><path id=b /></svg><i id=c></i><script>
        const move = () => {
          a.style.left = performance.now() + 'px';
          a.className = 'x' + performance.now();
          b.setAttribute('d', 'M0 ' + performance.now());
          requestAnimationFrame(move);
        };
        move();
        setInterval(() => { c.textContent = new Date().toISOString().slice(0, 19) }, 1000);
      </script>`,
    );
    expect(text).toContain('>a</p>');
    expect(missing).toEqual({});
  });

  it.concurrent('is watched though forms and its document answer with their controls, and scripts see nothing of it', async () => {
    const { text, missing } = await render(
      shared,
      `<form name=querySelectorAll><input name=children><input name=localName><input name=getAttribute><input name=shadowRoot></form>
       <img name=scrollingElement><p id=a></p><script>
        Element.prototype.getAttribute = () => { throw new Error('seen') };
        globalThis.MutationObserver = class { observe() { a.textContent = 'seen' } };
        setTimeout(() => { a.textContent += typeof spinneret }, 300);
      </script>`,
      { rule: { ...rule, scroll: 2 } },
    );
    expect(text).toContain('<p id="a">undefined</p>');
    expect(missing).toEqual({});
  });

  it.concurrent.each([
    ['the page', '<div id=list></div>', 'window', 'document.scrollingElement'],
    [
      'an element of it',
      '<div id=box style="height: 300px; overflow: auto"><div id=list></div></div>',
      'box',
      'box',
    ],
  ])('scrolls %s by steps to its end, until it grows no more', async (_, html, events, scroller) => {
    const { text, missing } = await render(
      shared,
      `${html}<script>
        const add = (count) => { for (let i = 0; i < count; i += 1) list.insertAdjacentHTML('beforeend', '<p style="height: 200px">row<img data-src="/x.png">') ; watch() };
        const seen = new IntersectionObserver((entries) => { for (const { isIntersecting, target } of entries) if (isIntersecting) target.className = 'seen' });
        const watch = () => { for (const picture of document.querySelectorAll('img')) seen.observe(picture) };
        add(30);
        let pages = 1;
        ${events}.addEventListener('scroll', () => {
          const { scrollTop, clientHeight, scrollHeight } = ${scroller};
          if (scrollTop + clientHeight > scrollHeight - 10 && pages < 3) { pages += 1; setTimeout(() => add(30), 200) }
        });
      </script>`,
      { rule: { ...rule, scroll: 10 } },
    );
    expect(text.split('class="seen"').length - 1).toBe(90);
    expect(missing).toEqual({});
  });

  it.concurrent('says that it could have been scrolled or clicked further', async () => {
    const endless = `<div id=list></div><script>
        const add = () => list.insertAdjacentHTML('beforeend', '<p style="height: 3000px">row');
        add();
        addEventListener('scroll', add);
      </script>`;
    expect((await render(shared, endless, { rule: { ...rule, scroll: 2 } })).missing).toEqual({ more: 1 });
    const button = '<button onclick="this.before(\'row\')">more</button>';
    const clicked = { ...rule, click: { select: 'button', max: 2 } };
    const { text, missing } = await render(shared, `<p>${button}`, { rule: clicked });
    expect(text).toContain('rowrow<button');
    expect(missing).toEqual({ more: 1 });
  });

  it.concurrent.each([
    ['rows that are replaced', "list.innerHTML = '<li>c<li>d'", { removed: 2 }],
    ['links that are replaced', "for (const a of document.links) a.href = '/other'", { removed: 1 }],
    [
      'rows whose elements are used again',
      "[...list.children].forEach((row, index) => { row.textContent = 'row ' + index })",
      { removed: 2 },
    ],
    [
      'rows that are used again behind a mark that all have',
      "[...list.children].forEach((row, index) => { row.lastChild.textContent = 'row ' + index })",
      { removed: 2 },
      '<li><b>NEW</b><i>a first</i><li><b>NEW</b><i>a second</i>',
    ],
    [
      'pictures whose elements are used again',
      "document.querySelectorAll('img').forEach((picture, index) => { picture.dataset.src = index })",
      { removed: 2 },
      '<li><img data-src=a><li><img data-src=b>',
    ],
    [
      'addresses of pictures that are loaded',
      "document.querySelectorAll('img').forEach((picture) => picture.removeAttribute('data-src'))",
      {},
      '<li><img data-src=a><li><img data-src=b>',
    ],
    [
      'values in rows that change',
      "list.children[0].append(' 5'); list.children[0].lastChild.data = ' 6'",
      {},
    ],
    ['rows that are made anew', 'list.innerHTML = list.innerHTML', {}],
    ['a note that it is loading', 'note.remove()', {}],
    ['rows without text that rows replace', "list.innerHTML = '<li>a<li>b<li>c'", {}],
  ])(
    'counts what it takes away when it is clicked: %s',
    async (_, script, expected, rows = '<li>a<li>b<li>') => {
      const { missing } = await render(
        shared,
        `<ul id=list>${rows}</ul><p id=note>Loading</p><a href=/1>1</a><button onclick="${script}; this.remove()">more</button>`,
        { rule: { ...rule, click: { select: 'button', max: 5 } } },
      );
      expect(missing).toEqual(expected);
    },
  );

  it.concurrent.each([
    [
      'a chat, whose end is its beginning',
      'overflow: auto; display: flex; flex-direction: column-reverse',
      'top',
      'append',
      '',
    ],
    [
      'a list that is at its end, and loads older rows',
      'overflow: auto',
      'top',
      'prepend',
      'box.scrollTop = 1e6',
    ],
    ['a carousel', 'overflow: auto; display: flex', 'left', 'append', ''],
    ['a box that scrolls itself, by the wheel', 'overflow: hidden', 'wheel', 'append', ''],
  ])('scrolls %s', async (_, style, by, place, begin) => {
    const { text, missing } = await render(
      shared,
      `<!doctype html><style>#box { ${style}; height: 500px; width: 500px } p { flex: none; width: 200px; height: 100px; margin: 0 }</style><div id=box></div><script>
        let rows = 0;
        const add = () => { if (rows < 40) for (let i = 0; i < 10; i += 1) box.${place}(Object.assign(document.createElement('p'), { textContent: 'row ' + rows++ })) };
        add();
        ${begin};
        const near = () => ({
          top: box.scrollTop === 0 || Math.abs(box.scrollTop) > box.scrollHeight - 520,
          left: box.scrollLeft > box.scrollWidth - 520,
        });
        box.addEventListener('${by === 'wheel' ? 'wheel' : 'scroll'}', () => { if (near().${by} ?? true) setTimeout(add, 100) });
      </script>`,
      { rule: { ...rule, scroll: 20 } },
    );
    expect(text.split('<p>').length - 1).toBe(40);
    expect(missing).toEqual({});
  });

  it.concurrent('scrolls through what clicks bring', async () => {
    const { text } = await render(
      shared,
      `<!doctype html><div id=list></div><button>more</button><script>
        const seen = new IntersectionObserver((entries) => { for (const { isIntersecting, target } of entries) if (isIntersecting) target.className = 'seen' });
        const add = () => { for (let i = 0; i < 10; i += 1) seen.observe(list.appendChild(Object.assign(document.createElement('p'), { style: 'height: 300px' }))) };
        add();
        document.querySelector('button').onclick = ({ target }) => { add(); if (list.children.length === 30) target.remove() };
      </script>`,
      { rule: { ...rule, scroll: 5, click: { select: 'button', max: 5 } } },
    );
    expect(text.split('class="seen"').length - 1).toBe(30);
  });

  it.concurrent.each([
    [
      'a worker computes',
      "const worker = new Worker(URL.createObjectURL(new Blob(['const end = performance.now() + 1500; while (performance.now() < end); postMessage(1)']))); worker.onmessage = say",
    ],
    ['an animation runs that ends', 'a.animate([{ opacity: 0 }, { opacity: 1 }], 3000).finished.then(say)'],
    [
      'a transition runs',
      "a.style.transition = 'opacity 2s'; a.ontransitionend = say; requestAnimationFrame(() => requestAnimationFrame(() => { a.style.opacity = 0.5 }))",
    ],
    [
      'a bar grows by its style',
      "let n = 0; const timer = setInterval(() => { a.style.width = 10 * ++n + 'px'; if (n === 8) { clearInterval(timer); say() } }, 200)",
    ],
  ])('waits while %s', async (_, script) => {
    const { text, missing } = await render(
      shared,
      `<p id=a>wait</p><script>const say = () => { a.textContent = 'done' }; addEventListener('load', () => { ${script} })</script>`,
    );
    expect(text).toContain('>done</p>');
    expect(missing).toEqual({});
  });

  it.concurrent.each([
    ['the first that is shown', '<button hidden>more</button><button onclick="add(this)">more</button>'],
    [
      'one that comes late',
      '<p id=late></p><script>setTimeout(() => { late.outerHTML = `<button onclick="add(this)">more</button>` }, 900)</script>',
    ],
    [
      'one that shows what it does after a while',
      '<button onclick="setTimeout(() => add(this), 1200)">more</button>',
    ],
    ['one that is disabled in the end', '<button onclick="add(this, true)">more</button>'],
    [
      'one that is gone while it is disabled',
      '<button onclick="this.disabled = true; setTimeout(() => { this.disabled = false; add(this) }, 900)">more</button>',
    ],
    [
      'one that something lies over',
      '<div style="position: fixed; inset: 0; z-index: 9"></div><button onclick="add(this)">more</button>',
    ],
    [
      'one that never stands still',
      '<style>@keyframes b { to { translate: 0 40px } }</style><button style="animation: b .2s infinite alternate" onclick="add(this)">more</button>',
    ],
    ['a link that goes in the end', '<a href="#more" onclick="add(this)">more</a>'],
  ])('clicks %s', async (_, html) => {
    const { text, missing } = await render(
      shared,
      `<div id=list></div><script>
        let pages = 0;
        const add = (button, isDisabled) => {
          list.append('row ');
          if (++pages === 2) isDisabled ? (button.disabled = true) : button.remove();
        };
      </script>${html}`,
      { rule: { ...rule, click: { select: ':is(button, a):contains("more")', max: 10 } } },
    );
    expect(text).toContain('>row row </div>');
    expect(missing).toEqual({});
  });

  it.concurrent('clicks no more what does nothing', async () => {
    const { missing } = await render(shared, '<p>a</p><button>more</button>', {
      rule: { ...rule, click: { select: 'button', max: 50 } },
    });
    expect(missing).toEqual({ more: 1 });
  });

  it.concurrent('is read, and says so, where its clicks take more than its time', async () => {
    const { text, missing } = await render(
      shared,
      '<p>a</p><button onclick="this.before(`row `)">more</button>',
      {
        rule: { ...rule, timeoutMs: 6_000, click: { select: 'button', max: 100 } },
      },
    );
    expect(text).toContain('<p>a</p>row row row ');
    expect(missing).toEqual({ more: 1 });
  });

  it.concurrent('is read, and says so, where it asks without end', async () => {
    const { text, missing } = await render(
      shared,
      '<p>a</p><script>setInterval(() => fetch("/poll"), 100)</script>',
      { rule: { ...rule, timeoutMs: 6_000 }, fetchResource: answering({ '/poll': '' }) },
    );
    expect(text).toContain('<p>a</p>');
    expect(missing).toEqual({ changing: 1 });
  });

  it.concurrent('waits for a button that is hidden until what it loads is there', async () => {
    const { text } = await render(
      shared,
      `<p id=list></p><button>more</button><script>
        let pages = 0;
        const button = document.querySelector('button');
        button.onclick = () => {
          button.hidden = true;
          setTimeout(() => { list.append('row '); button.hidden = ++pages === 3 }, 1200);
        };
      </script>`,
      { rule: { ...rule, click: { select: 'button', max: 10 } } },
    );
    expect(text).toContain('row row row');
  });

  it.concurrent('waits for and clicks elements of its frames', async () => {
    const { text } = await render(shared, '<iframe src=/frame></iframe>', {
      rule: { ...rule, waitFor: '#late', click: { select: 'button', max: 5 } },
      fetchResource: answering({
        '/frame': `<p id=a></p><script>setTimeout(() => { a.innerHTML = '<b id=late>late</b><button onclick="this.outerHTML = 1 + 1">more</button>' }, 800)</script>`,
      }),
    });
    expect(text).toContain('<b id="late">late</b>2</p>');
  });
});

describeBrowser('a page that goes on', () => {
  const shared = shareRenderer();

  it.concurrent.each([
    ['a script', '<script>location = "/there#/route/1"</script>'],
    ['a link', '<a id=a href="/there#/route/1">on</a><script>a.click()</script>'],
    ['a header of its own', '<meta http-equiv=refresh content="0; url=/there#/route/1">'],
  ])('goes to the route that %s names', async (_, html) => {
    expect((await render(shared, html)).movedTo).toBe('https://app.example/there#/route/1');
  });

  it.concurrent('says which cookies were set until then', async () => {
    const { movedTo, setCookies } = await render(
      shared,
      `<script>
        document.cookie = 'own=1';
        document.cookie = 'deep=2; path=/deep; domain=app.example; secure; max-age=1000';
        fetch('/api').then(() => location.reload());
      </script>`,
      {
        cookies: [{ name: 'given', value: '0' }],
        fetchResource: async ({ url }) => answerOf(url, '', { 'set-cookie': 'api=3; HttpOnly' }),
      },
    );
    expect(movedTo).toBe('https://app.example/page');
    expect(setCookies?.sort()).toEqual([
      'api=3; Path=/; HttpOnly',
      expect.stringMatching(/^deep=2; Path=\/deep; Domain=app\.example; Expires=.* GMT; Secure$/),
      'own=1; Path=/',
    ]);
  });

  it.concurrent('is given again when it loads itself again, and is read as what it is then', async () => {
    const once = await render(
      shared,
      `<p id=a>first</p><script>
        if (sessionStorage.seen) a.textContent = 'again';
        else { sessionStorage.seen = 1; addEventListener('load', () => setTimeout(() => location.reload(), 300)) }
      </script>`,
    );
    expect(once.text).toContain('<p id="a">again</p>');
    expect(once.missing).toEqual({});
    const always = await render(shared, '<p>a</p><script>setTimeout(() => location.reload(), 100)</script>');
    expect(always.text).toContain('<p>a</p>');
    expect(always.missing).toEqual({ left: 1 });
  });

  it.concurrent('stays where it is for a click, and for a file', async () => {
    const clicked = await render(shared, '<p>page 1</p><a href="/page?p=2">next</a>', {
      rule: { ...rule, click: { select: 'a', max: 1 } },
    });
    expect(clicked.text).toContain('<p>page 1</p>');
    expect(clicked.missing).toEqual({ left: 1, more: 1 });
    const leading = (script: string) => `<p id=a>thanks</p><script>${script}</script><p id=b>b</p>`;
    const isFile = (url: string) => url.includes('.exe');
    const later =
      'setTimeout(() => { location = "/setup.exe?x" }, 100); onload = () => { b.textContent = "loaded" }';
    const file = await render(shared, leading(later), { isFile });
    expect(file.text).toContain('<p id="b">loaded</p>');
    expect(file.missing).toEqual({ left: 1 });
    // Chromium reads nothing of a page behind the script that leads away from it.
    const atOnce = await render(shared, leading('location = "/setup.exe?x"'), { isFile });
    expect(atOnce.text).toContain('<p id="a">thanks</p>');
    expect(atOnce.missing).toEqual({ left: 1 });
  });

  it.concurrent('ends though events come to it for ever', async () => {
    const { text, missing } = await render(shared, '<p>a</p><script>new EventSource("/events")</script>', {
      fetchResource: () => new Promise(() => undefined),
    });
    expect(text).toContain('<p>a</p>');
    expect(missing).toEqual({ blocked: 1 });
  });

  it.concurrent('has what was asked for in advance for its scripts among their answers', async () => {
    const { answers } = await render(
      shared,
      '<link rel=preload as=fetch href=/api crossorigin><script>setTimeout(() => fetch("/api"), 100)</script>',
      { fetchResource: answering({ '/api': 'from the API' }) },
    );
    expect(answers.map(({ url }) => url)).toEqual(['https://app.example/api']);
  });
});

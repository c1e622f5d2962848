import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { makeOnePageRenderer } from '../../shared/browser/one-page-renderer.ts';
import type { Renderer, ResourceRequest } from '../../shared/browser/types.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { answering, answerOf, describeBrowser, render, rule } from './chromium.ts';

describeBrowser('makeOnePageRenderer', () => {
  const findProgram = async () => ({ path: findChromium(undefined), sandbox: false });
  const open = (maxPages = 2) => {
    const renderer = makeOnePageRenderer({ findProgram, maxPages });
    onTestFinished(() => renderer.close());
    return renderer;
  };

  it('reads what scripts make of a page, and leaves no process behind', async () => {
    const renderer = open();
    const page = await render(renderer, '<p id=a></p><script src=/app.js></script>', {
      fetchResource: answering({
        '/app.js': 'fetch("/api").then((r) => r.text()).then((t) => { a.textContent = t })',
        '/api': 'from the API',
      }),
    });
    expect(page.text).toContain('<p id="a">from the API</p>');
    await renderer.close();
    expect(browsersOfThis()).toEqual([]);
  });

  it('has a profile for each page, of those too that are read at once', async () => {
    const renderer = open();
    const script =
      '<p id=a></p><script>a.textContent = document.cookie + (localStorage.x ?? ""); document.cookie = "c=1"; localStorage.x = "kept"</script>';
    const read = () => render(renderer, script);
    for (const { text } of [...(await Promise.all([read(), read()])), await read()]) {
      expect(text).toContain('<p id="a"></p>');
    }
  });

  it('reads the next page of an origin in the same browser, and one of another in another', async () => {
    const renderer = open(1);
    await render(renderer, '');
    const first = browsersOfThis();
    await render(renderer, '');
    expect(browsersOfThis()).toEqual(first);
    await render(renderer, '', { url: 'https://other.example/' });
    expect(browsersOfThis()).not.toEqual(first);
    expect(browsersOfThis()).toHaveLength(first.length);
  });

  it('starts another browser where the one that waited has ended', async () => {
    const renderer = open(1);
    await render(renderer, '');
    for (const pid of browsersOfThis()) process.kill(pid, 'SIGKILL');
    await expect.poll(browsersOfThis).toEqual([]);
    expect((await render(renderer, '<h1>next</h1>')).text).toContain('next');
  });

  it('reads no more pages at once than it may', async () => {
    const renderer = open(1);
    let under = 0;
    let most = 0;
    const fetchResource = async ({ url }: ResourceRequest) => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      return answerOf(url, '');
    };
    const page = () => render(renderer, '<script src=/a.js></script>', { fetchResource });
    await Promise.all([page(), page(), page()]);
    expect(most).toBe(1);
  });

  it('ends a page that computes without end at its time, with its browser, and reads the next', async () => {
    const renderer = open();
    const hanging = render(renderer, '<script>for (;;);</script>', { rule: { ...rule, timeoutMs: 1_000 } });
    await expect(hanging).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });
    expect(browsersOfThis()).toEqual([]);
    expect((await render(renderer, '<h1>next</h1>')).text).toContain('next');
  }, 30_000);

  it('ends a page that waits for an answer when its process has to end', async () => {
    let mustEnd = false;
    const waiting = render(open(), '<script src=/late.js></script>', {
      mustEnd: () => mustEnd,
      fetchResource: () => {
        mustEnd = true;
        return new Promise(() => undefined);
      },
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'RENDER_TIMEOUT',
      message: expect.stringMatching(/time of its process is up/),
    });
  });

  it.each([
    ['starts another where one crashes while it starts', 2, 'read'],
    ['halts where none starts', 9, 'BROWSER_MISSING'],
  ])('%s', async (_, crashes, end) => {
    const { findProgram, crash } = crashingProgram();
    crash(crashes);
    expect(await endOf(makeOnePageRenderer({ findProgram, maxPages: 1 }))).toBe(end);
  });

  it('tries a page again whose browser does not start, where others have', async () => {
    const { findProgram, crash } = crashingProgram();
    const renderer = makeOnePageRenderer({ findProgram, maxPages: 1 });
    expect(await endOf(renderer)).toBe('read');
    await renderer.close();
    crash(9);
    expect(await endOf(renderer)).toBe('BROWSER_LOST');
  });

  it('loses a page with its browser, and reads the next in another', async () => {
    const renderer = open();
    const lost = render(renderer, '<script src=/kill.js></script>', {
      async fetchResource() {
        for (const pid of browsersOfThis()) process.kill(pid, 'SIGKILL');
        return { refused: 'failed' };
      },
    });
    await expect(lost).rejects.toMatchObject({ code: 'BROWSER_LOST' });
    expect((await render(renderer, '<h1>next</h1>')).text).toContain('next');
  });
});

async function endOf(renderer: Renderer): Promise<string> {
  return render(renderer, '<h1>read</h1>').then(
    () => 'read',
    (error) => error.code,
  );
}

/** A program that crashes as often as it is told before it starts. */
function crashingProgram() {
  const { path: folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const [path, left] = [join(folder, 'chromium'), join(folder, 'left')];
  const script = `if [ -s ${left} ]; then /bin/sed -i 1d ${left}; exit 1; fi\nexec ${findChromium(undefined)} "$@"`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return {
    findProgram: async () => ({ path, sandbox: false }),
    crash: (times: number) => writeFileSync(left, 'crash\n'.repeat(times)),
  };
}

/** Processes that this one has started and that have not ended. */
function browsersOfThis(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return Number(parent) === process.pid && state !== 'Z' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What Chromium says of one page. */
export interface BrowserAnswer {
  /** Every element, as `describeTree` writes them. */
  tree: string[];
  /** For each selector the places of its elements among all, or `null`: it is no selector. */
  found: (number[] | null)[];
  /** For each selector that is asked inside of an element. */
  inside: (number[] | null)[];
}

export interface BrowserQuestion {
  html: string;
  selectors: string[];
  /** Searched inside of the first element that `scope` finds. */
  inside: { scope: string; selector: string }[];
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** What starts it, and what it says of its version; `undefined` where there is none. */
export function findChromium(): { command: string; version: string } | undefined {
  for (const command of names) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.trim() };
  }
  return undefined;
}

/** Pages are parsed by `DOMParser`: as a page whose scripts do not run. */
export function askChromium(chromium: string, questions: BrowserQuestion[]): BrowserAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'spinneret-chromium-'));
  try {
    const page = join(folder, 'page.html');
    const data = JSON.stringify(questions).replaceAll('<', '\\u003c');
    writeFileSync(page, `<!doctype html><meta charset=utf-8><script>(${answerAll})(${data})</script>`);
    const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`];
    const { stdout } = spawnSync(chromium, [...options, '--dump-dom', pathToFileURL(page).href], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: 120_000,
    });
    const answer = /<pre>([^<]*)<\/pre>/.exec(stdout)?.[1];
    if (answer === undefined) throw new Error(`Chromium gave no answer: ${stdout.slice(0, 200)}`);
    return JSON.parse(decodeURIComponent(answer));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs in the browser. */
const answerAll = `(questions) => {
  const answers = questions.map(({ html, selectors, inside }) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const all = [...page.querySelectorAll('*')];
    const places = new Map(all.map((element, place) => [element, place]));
    const find = (root, selector) => {
      try {
        return [...root.querySelectorAll(selector)].map((element) => places.get(element));
      } catch {
        return null;
      }
    };
    const spaces = { 'http://www.w3.org/2000/svg': 'svg ', 'http://www.w3.org/1998/Math/MathML': 'math ' };
    return {
      tree: all.map((element) => {
        const attributes = [...element.attributes].map(({ name, value }) => name.toLowerCase() + '=' + value).sort();
        const text = element.localName === 'template' ? '' : element.textContent;
        const parent = element.parentNode === page ? -1 : places.get(element.parentNode);
        return JSON.stringify([parent, (spaces[element.namespaceURI] ?? '') + element.localName, attributes, text]);
      }),
      found: selectors.map((selector) => find(page, selector)),
      inside: inside.map(({ scope, selector }) => find(page.querySelector(scope), selector)),
    };
  });
  const pre = document.createElement('pre');
  pre.textContent = encodeURIComponent(JSON.stringify(answers));
  document.documentElement.replaceChildren(pre);
}`;

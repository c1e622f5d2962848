import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileExtractor, type Extractor } from '../../../../shared/extract/extractor.ts';
import {
  type HandlerThreads,
  openHandlerThreads,
} from '../../../../shared/extract/handlers/thread/handler-threads.ts';
import { isWhole, noteSample } from '../../../sample.ts';
import { makePage, parseJob } from '../../compile-job.ts';

/** A thread that takes the place of another imports the file within the time of its first page. */
const handlerTimeoutMs = 2_500;
/** For what fills the memory, which takes its time. */
const longTimeoutMs = 60_000;
const maxMemoryMb = 200;
const base = 'https://shop.example/dir';

let threads: HandlerThreads;
let extractor: Extractor;

beforeEach(async () => {
  threads = openHandlerThreads({ maxMemoryMb });
  extractor = await compile('hostile.ts');
});
afterEach(() => threads.close());

function compile(file: string, timeoutMs = handlerTimeoutMs): Promise<Extractor> {
  const job = parseJob({ pages: { product: { handler: `./${file}`, fields: { title: 'h1' } } } });
  const baseDir = import.meta.dirname;
  const handlerThreads = async () => threads;
  return compileExtractor(job, { baseDir, handlerTimeoutMs: timeoutMs, handlerThreads });
}

/** `deed`: what the handler does on the page. */
const extract = async (title: string, deed = '', mustEnd?: () => boolean) =>
  extractor.extract(
    makePage(`<h1>${title}</h1><script>${deed}</script>`, { url: `${base}/${title}.html` }),
    mustEnd,
  );

const healthyOf = (title: string) => ({
  items: [{ item: 'product', url: `${base}/${title}.html`, fields: { title } }],
  links: [{ url: `${base}/next` }],
});

const titles = Array.from({ length: 6 }, (_, index) => `p${index}`);

const late = {
  code: 'HANDLER_TIMEOUT',
  message: `The handler of product: took longer than ${handlerTimeoutMs} ms`,
};
const large = {
  code: 'HANDLER_FAILED',
  message: `The handler of product: used more than ${maxMemoryMb} MB of memory`,
};
const failed = (what: string) => ({ code: 'HANDLER_FAILED', message: expect.stringContaining(what) });

const hostile: [deed: string, error: object][] = [
  ['loop', late],
  ['loopAfterAwait', late],
  ['loopInTimer', late],
  ['loopInGetter', late],
  ['microtasks', late],
  ['regex', late],
  ['never', late],
  ['thenable', late],
  ['objects', large],
  ['arrays', large],
  ['strings', large],
  ['map', large],
  ['buffers', large],
  ['waiting', large],
  ['exit', failed('called process.exit(), which')],
  ['reallyExit', failed('ended its thread, with code 3')],
  ['abort', failed('called process.abort(), which')],
  ['kill', failed('called process.kill(), which')],
  ['undefined', failed('threw undefined, which is no Error')],
  ['symbol', failed('threw Symbol(s), which is no Error')],
  ['proxy', failed('which is no Error')],
  ['stack', failed('Maximum call stack size exceeded')],
  ['timer', failed('in a timer\n    at ')],
  ['unhandled', failed('nobody waits\n    at ')],
  ['ofNoPage', failed('of no page\n    at ')],
  ['port', failed('closed its port')],
];

/** Other ways to compute without end, each of which does so for the whole time limit. */
const alike = new Set(['loopAfterAwait', 'loopInTimer', 'loopInGetter', 'thenable']);
const chosen = isWhole ? hostile : hostile.filter(([deed]) => !alike.has(deed));

describe('a handler file', () => {
  it.each(chosen)('that does %s costs its own page and no other', async (deed, error) => {
    if (error === large) extractor = await compile('hostile.ts', longTimeoutMs);
    const before = titles.map((title) => extract(title));
    const bad = extract('bad', deed);
    const after = titles.map((title) => extract(title));
    await expect(bad).rejects.toMatchObject({ name: 'DropError', ...error });
    expect(await Promise.all([...before, ...after])).toMatchObject([...titles, ...titles].map(healthyOf));
    expect(await extract('again')).toMatchObject(healthyOf('again'));
  });

  it('costs no page its time while others compute without end in several threads', async ({ task }) => {
    if (!isWhole) noteSample(task, 'hostile deeds', hostile.length, chosen.length);
    const bad = titles.slice(0, 6).map((title) => extract(`bad-${title}`, 'loop').catch(({ code }) => code));
    const healthy = titles.map((title) => extract(title));
    expect(await Promise.all(healthy)).toMatchObject(titles.map(healthyOf));
    expect(await Promise.all(bad)).toEqual(bad.map(() => 'HANDLER_TIMEOUT'));
  });

  it('has the line of its error in the message', async () => {
    await expect(extract('bad', 'timer')).rejects.toThrow(/hostile\.ts:\d+:\d+/);
  });

  it.each([
    ['loop', 'HANDLER_TIMEOUT'],
    ['never', 'HANDLER_TIMEOUT'],
  ])('that does %s is tried again where its process has to end first', async (deed, code) => {
    let looks = 0;
    const bad = extract('bad', deed, () => ++looks > 10);
    await expect(bad).rejects.toMatchObject({ name: 'RetryError', code });
    expect(await extract('again')).toMatchObject(healthyOf('again'));
  });

  it('that has not begun when its process has to end loses no attempt', async () => {
    await expect(extract('bad', '', () => true)).rejects.toMatchObject({
      name: 'RetryError',
      code: 'HANDLER_UNSTARTED',
    });
  });
});

import { readFileSync } from 'node:fs';
import type { SQSBatchResponse } from 'aws-lambda';
import { pagesAtOnce } from '../shared/deployment/function-limits.ts';
import { browserTimeoutMs } from '../shared/deployment/worker-times.ts';
import { startRun } from '../shared/engine/run/start-run.ts';
import { jobSchema } from '../shared/job/schema.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../test/aws/bare-account.ts';
import { installChromium } from '../test/aws/install-chromium.ts';
import { installRuntime, type LambdaProcess, startLambda } from '../test/aws/lambda-process.ts';
import { synthApp } from '../test/aws/synth-app.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openScriptedShop } from './browser/apps.ts';
import { openEmulatedAws } from './lambda/emulated-aws.ts';
import { watchTree } from './watch-processes.ts';

const memoryMb = 2_048;
/** "Configure Lambda function memory", AWS: with this much a function has one vCPU. */
const vcpuMb = 1_769;
/** USER_HZ (proc(5)). */
const tickMs = 10;

/** What a run of pages took the function with a browser. */
interface Taken {
  pages: number;
  wallMs: number;
  /** Of the function and its browsers, those that have ended included. */
  cpuMs: number;
}

export interface BrowserOnLambda {
  memoryMb: number;
  pagesAtOnce: number;
  /** The first page of a process, from its start: Node, the bundle, Chromium unpacked, a browser, the page. */
  first: Taken;
  /** One page of a process that has read one. */
  next: Taken;
  /** As many at once as its memory lets it. */
  many: Taken;
  perPage: { wallMs: number; cpuMs: number; gbSeconds: number; gbSecondsByCpu: number };
  /** The most at one time: of the browsers together, what they share counted once, and of Node. */
  peakMb: { chromium: number; node: number };
}

/** The built function with its Chromium under AWS's runtime client, on pages that a script fills in from JSON, without a gap. */
export async function lambdaBrowser(pages: number): Promise<BrowserOnLambda> {
  const [client, packages] = [await installRuntime(), await installChromium()];
  if (typeof client !== 'string') throw new Error(client.skipped);
  if (typeof packages !== 'string') throw new Error(packages.skipped);
  const assembly = await synthApp({ settings: 'aws: { browser: {}, jobs: [] }\n', packages });
  const folder = temporaryFolder();
  await using aws = await openEmulatedAws();
  await using shop = await openScriptedShop(pages);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const account = await openBareAccount({ endpoint: aws.endpoint, region: 'us-east-1', credentials }, true);
  const env = { ...account.env, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb), TMPDIR: folder.path };
  await using worker = await startLambda(client, assembly.codeOf('Scrapes batches'), account.env);
  const startedAt = performance.now();
  await using browser = await startLambda(client, assembly.codeOf('Reads pages in a browser'), env);
  const pid = Number(browser.owner.split(' ').at(-1));
  const tree = watchTree(pid);
  try {
    const take = (id: string, urls: string[], since = performance.now()) =>
      runPages(account, { worker, browser, pid }, { id, urls, since });
    const first = await take('first', shop.urls.slice(0, 1), startedAt);
    const next = await take('next', shop.urls.slice(0, 1));
    const many = await take('many', shop.urls);
    const perPage = { wallMs: many.wallMs / pages, cpuMs: many.cpuMs / pages };
    const gb = memoryMb / 1_024;
    return {
      ...{ memoryMb, pagesAtOnce: pagesAtOnce(memoryMb), first, next, many },
      perPage: {
        wallMs: Math.round(perPage.wallMs),
        cpuMs: Math.round(perPage.cpuMs),
        gbSeconds: rounded((gb * perPage.wallMs) / 1_000),
        gbSecondsByCpu: rounded((gb * perPage.cpuMs) / (memoryMb / vcpuMb) / 1_000),
      },
      peakMb: { chromium: Math.max(...tree.end()), node: peakOf(pid) },
    };
  } finally {
    tree.end();
    await account.close();
    assembly.remove();
    folder.remove();
  }
}

async function runPages(
  account: BareAccount,
  { worker, browser, pid }: { worker: LambdaProcess; browser: LambdaProcess; pid: number },
  { id, urls, since }: { id: string; urls: string[]; since: number },
): Promise<Taken> {
  const job = jobSchema.parse({
    name: 'shop',
    sources: [{ urls: { list: urls } }],
    pages: { default: { render: 'browser', fields: { name: { select: 'h1', required: true } } } },
    politeness: { gapMs: 0, slowDown: false, robots: 'ignore' },
    network: 'allowPrivate',
  });
  await startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt: Date.now() });
  const taken: Taken = { pages: urls.length, wallMs: 0, cpuMs: 0 };
  const cpuBefore = cpuMsOf(pid);
  let from = since;
  while ((await account.ledger.readCounts(id))['open'] !== 0) {
    const records = await account.receive();
    if (records.length > 0) {
      const end = await worker.invoke({ Records: records }, functionSettings.workerTimeoutMs);
      await account.settle(records, answerOf(end));
    }
    const inBrowser = await account.receiveInBrowser();
    if (inBrowser.length === 0) continue;
    // Of the first event, Node and the bundle were loaded before; what the worker took in between is not the browser's.
    if (id !== 'first') from = performance.now();
    const end = await browser.invoke(
      { Records: inBrowser },
      browserTimeoutMs(functionSettings.workerTimeoutMs),
    );
    taken.wallMs += Math.round(performance.now() - from);
    await account.settleInBrowser(inBrowser, answerOf(end));
  }
  const { rendered } = await account.ledger.readCounts(id);
  if (rendered !== urls.length) throw new Error(`${rendered} of ${urls.length} pages were read`);
  return { ...taken, cpuMs: cpuMsOf(pid) - (id === 'first' ? 0 : cpuBefore) };
}

function answerOf(end: Awaited<ReturnType<LambdaProcess['invoke']>>): SQSBatchResponse {
  if ('error' in end) throw new Error(JSON.stringify(end.error));
  return end.response as SQSBatchResponse;
}

/** User and system time of a process and of its children that have ended. */
function cpuMsOf(pid: number): number {
  const [, rest = ''] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [utime, stime, cutime, cstime] = rest.split(' ').slice(11, 15).map(Number);
  return ((utime ?? 0) + (stime ?? 0) + (cutime ?? 0) + (cstime ?? 0)) * tickMs;
}

function peakOf(pid: number): number {
  const kb = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1_024);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

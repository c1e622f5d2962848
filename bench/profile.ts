import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openShop } from './peers/open-shop.ts';
import { runPinned } from './peers/run-pinned.ts';
import { crawlArguments, spinneret } from './peers/spinneret.ts';
import { takeCores } from './peers/take-cores.ts';

export interface ProfileOptions {
  products: number;
  /** Where the profiles are kept, for the developer tools of a browser or an editor. */
  into: string;
}

/** V8's CPU profile (`--cpu-prof`). Times in microseconds. */
interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame }[];
  samples: number[];
  timeDeltas: number[];
}

/** V8's sampling heap profile (`--heap-prof`). Sizes in bytes, of what was alive in the end. */
interface HeapNode {
  callFrame: CallFrame;
  selfSize: number;
  children: HeapNode[];
}

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

const timeoutMs = 10 * 60_000;
const rowsShown = 40;

/** Where the time and the memory of a crawl go: the worker of `spinneret run` on the shop, by place in the code. */
export async function profile({ products, into }: ProfileOptions): Promise<object> {
  const cores = takeCores();
  const folder = temporaryFolder();
  try {
    await using shop = await openShop({ products, folder: folder.path, core: cores.server });
    const crawl = async (name: 'cpu' | 'heap', ...flags: string[]) => {
      const cwd = join(folder.path, name);
      mkdirSync(cwd);
      const trial = { shop, cwd, core: cores.client, signal: AbortSignal.timeout(timeoutMs) };
      spinneret.prepare(trial);
      const to = `--${name}-prof-dir=${join(into, name)}`;
      const done = await runPinned(
        process.execPath,
        [`--${name}-prof`, to, ...flags, ...crawlArguments],
        trial,
      );
      await spinneret.check(trial, done);
    };
    await crawl('cpu', '--cpu-prof-interval=500');
    await crawl('heap');
    return {
      bench: 'profile',
      pages: shop.pages,
      cpu: cpuOf(largest(join(into, 'cpu')), shop.pages),
      heap: heapOf(largest(join(into, 'heap'))),
    };
  } finally {
    folder.remove();
  }
}

/** The worker's is larger than the command's own. */
function largest(folder: string): string {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const [first] = files.sort((a, b) => statSync(b).size - statSync(a).size);
  if (first === undefined) throw new Error(`no profile was written to ${folder}`);
  return first;
}

function cpuOf(file: string, pages: number): object {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const sums = new Sums();
  for (const [index, id] of samples.entries()) sums.add(frames.get(id), timeDeltas[index] ?? 0);
  const asMs = (us: number) => Number((us / 1_000 / pages).toFixed(4));
  return { file, unit: 'ms per page', ...sums.largest(asMs) };
}

function heapOf(file: string): object {
  const { head } = JSON.parse(readFileSync(file, 'utf8')) as { head: HeapNode };
  const sums = new Sums();
  const waiting = [head];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    sums.add(node.callFrame, node.selfSize);
    waiting.push(...node.children);
  }
  return { file, unit: 'MB', ...sums.largest((bytes) => Number((bytes / 1_048_576).toFixed(2))) };
}

/** Adds up by room or package, and by function. */
class Sums {
  readonly #rooms = new Map<string, number>();
  readonly #functions = new Map<string, number>();
  #total = 0;

  add(frame: CallFrame | undefined, value: number): void {
    const file = sourceOf(frame?.url ?? '');
    const name = `${frame?.functionName || '(anonymous)'} ${file}:${(frame?.lineNumber ?? 0) + 1}`;
    const room = file === '' ? (frame?.functionName ?? '') : roomOf(file);
    this.#rooms.set(room, (this.#rooms.get(room) ?? 0) + value);
    this.#functions.set(name, (this.#functions.get(name) ?? 0) + value);
    this.#total += value;
  }

  largest(inUnit: (value: number) => number): object {
    const table = (sums: Map<string, number>) => {
      const sorted = [...sums].sort(([, a], [, b]) => b - a).slice(0, rowsShown);
      return Object.fromEntries(sorted.map(([name, value]) => [name, inUnit(value)]));
    };
    return { total: inUnit(this.#total), rooms: table(this.#rooms), functions: table(this.#functions) };
  }
}

const root = join(import.meta.dirname, '..');

/** Below the project, or a built-in module such as `node:sqlite`. */
function sourceOf(url: string): string {
  return url.replace(`file://${root}/`, '').replace(root, '');
}

/** `shared/engine`, or the name of a package. */
function roomOf(file: string): string {
  const parts = file.replace('node_modules/', '').split('/');
  const depth = file.startsWith('shared/') || parts[0]?.startsWith('@') ? 2 : 1;
  return parts.slice(0, depth).join('/');
}

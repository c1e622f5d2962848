import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

export interface Answer {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process of the command line. */
export interface Call {
  child: ChildProcess;
  done: Promise<Answer>;
  /** Resolves when stdout or stderr holds the text. */
  said(text: string): Promise<void>;
}

/** A temporary project folder, and the real command line in it. */
export interface CliFolder extends Disposable {
  path: string;
  write(file: string, text: string): void;
  read(file: string): string;
  /** The objects of a JSON Lines file. */
  readLines(file: string): Record<string, unknown>[];
  start(args: string[], options?: { ownGroup?: boolean }): Call;
  call(...args: string[]): Promise<Answer>;
}

export const mainFile = join(import.meta.dirname, '../../cli/spinneret.js');

/** Leases as short as they may be, and small batches, so that interruptions fall between them. */
const settings = 'leaseMs: 2000\nbatchSize: 5\nbatchesPerProcess: 2\nprocesses: 1\n';

/** `env` is set besides this process's own. */
export function openCliFolder(env: Record<string, string> = {}): CliFolder {
  const { path, remove } = temporaryFolder();
  const calls: ChildProcess[] = [];
  const folder: CliFolder = {
    path,
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    read: (file) => readFileSync(join(path, file), 'utf8'),
    readLines: (file) => parseLines(folder.read(file)),
    start(args, { ownGroup = false } = {}) {
      const child = spawn(process.execPath, [mainFile, ...args], {
        cwd: path,
        detached: ownGroup,
        env: { ...process.env, ...env },
      });
      calls.push(child);
      return follow(child);
    },
    call: (...args) => folder.start(args).done,
    [Symbol.dispose]() {
      for (const child of calls) if (child.exitCode === null) child.kill('SIGKILL');
      remove();
    },
  };
  folder.write('config/settings.yaml', settings);
  return folder;
}

export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** What a process says, as it says it, and how it ends. */
export function follow(child: ChildProcess): Call {
  const answer: Answer = { code: null, stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const add = (stream: 'stdout' | 'stderr') => (chunk: string) => {
    answer[stream] += chunk;
    for (const check of waiting) check();
  };
  child.stdout?.setEncoding('utf8').on('data', add('stdout'));
  child.stderr?.setEncoding('utf8').on('data', add('stderr'));
  const done = once(child, 'close').then(([code]) => ({ ...answer, code }));
  return {
    child,
    done,
    async said(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const check = () => {
        if (`${answer.stdout}\n${answer.stderr}`.includes(text)) resolve();
      };
      waiting.add(check);
      check();
      done.then(() => reject(new Error(`ended without saying ${text}:\n${answer.stdout}\n${answer.stderr}`)));
      await promise;
      waiting.delete(check);
    },
  };
}

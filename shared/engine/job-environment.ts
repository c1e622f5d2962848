import type { LookupFunction } from 'node:net';
import type { Renderer } from '../browser/types.ts';
import type { FileStore } from '../coordination/file-store.ts';
import type { Outcomes } from '../coordination/ports.ts';
import type { FileReader } from '../extract/aside/file-reader.ts';
import type { Handler, HandlerClass } from '../extract/handlers/handler.ts';
import type { HandlerThreads } from '../extract/handlers/thread/handler-threads.ts';
import type { Run } from '../model.ts';
import type { Env } from '../schema/secrets.ts';
import type { SessionKey } from '../sessions/seal.ts';
import { localFiles } from '../sources/local-file.ts';
import type { OpenSourceFile } from '../sources/types.ts';
import type { AnswerStore } from './cached-answers.ts';
import type { PageArchive } from './keep/page-archive.ts';

/** Where a run's job finds what it names. */
export interface JobEnvironment {
  /** Environment variables, for `${env:NAME}`. */
  env: Env;
  /** Folder that holds the job's handlers. */
  baseDir: string;
  openFile: OpenSourceFile;
  /** The key that sessions are sealed with. @default that of this machine (`openSessionKey`) */
  sessionKey?: () => Promise<SessionKey>;
  /**
   * A key by which what a session was made by is named where processes read the session that are not to guess at its secrets: they do not have
   * it. @default a plain digest
   */
  originKey?: (() => Promise<SessionKey>) | undefined;
  /** Handlers that are passed as functions, by page label, instead of the files that the job names. */
  handlers?: Readonly<Record<string, Handler | HandlerClass>>;
  /** The threads of this process in which handler files run. @default threads of the job's own */
  handlerThreads?: () => Promise<HandlerThreads>;
  /** What reads PDFs and workbooks in this process. @default one of the job's own */
  readFile?: FileReader;
  /** Gives the browser of this process, for jobs that read pages in one. @default there is none */
  makeRenderer?: (() => Promise<Renderer>) | undefined;
  /** Pages that need a browser are for other processes. @default a job that needs one cannot run where there is none */
  leavesPagesInBrowser?: boolean;
  /** The longest that a fetch may take in this process, whatever its job says: milliseconds. @default no limit */
  maxFetchMs?: number;
  /** Resolves host names. @default dns.lookup */
  lookup?: LookupFunction;
  /** Opens the answers that this machine keeps, for jobs with `fetch.cached`. @default nothing is kept */
  openAnswers?: () => Promise<AnswerStore>;
  /** Opens where the files of a job lie that its fields name, by the name of the job. @default they cannot be kept */
  openFiles?: (job: string) => FileStore | Promise<FileStore>;
  /** Opens where the pages of a run are kept, for jobs with `keep`. @default none is */
  openArchive?: (run: string) => PageArchive | Promise<PageArchive>;
  /** Outcomes of other runs, for jobs that take items from the pages of several. @default there are none */
  outcomes?: Pick<Outcomes, 'list'>;
  /**
   * Secrets are stand-ins: what can only be made of the secrets themselves is left out, and sessions are opened by other processes.
   * @default false
   */
  hasStandIns?: boolean;
  /** Items report for each of their fields why it has no value. @default false */
  reportsAllLosses?: boolean;
}

/** The environment of a run that is started on this machine. */
export async function localEnvironment({ baseDir }: Pick<Run, 'baseDir'>): Promise<JobEnvironment> {
  return { env: process.env, baseDir, openFile: localFiles(baseDir) };
}

import type { Ledger, Outcomes } from '../../shared/coordination/ports.ts';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { FileFact, Run } from '../../shared/model.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import type { OpenSourceFile } from '../../shared/sources/types.ts';
import type { Output } from '../output.ts';
import type { RunList, RunText } from './show-status.ts';

/** The place of runs: this machine's store, or a stack. Every command may use this part of it. */
export interface BackendBase {
  ledger: Ledger;
  outcomes: Outcomes;
  /** The current state of runs. On this machine, a run whose last batch is done is finished first. */
  readViews(runs: Run[]): Promise<RunView[]>;
  /** Where a downloaded file lies, as items say it. `job`: the name of its job. */
  pathOfFile(file: FileFact, job: string): string;
  /** A command line for the same place, such as `npx spinneret resume books-1 --aws`. */
  commandLine(command: string, run: string): string;
}

/**
 * Operations that only some commands use: each command lists its own as `asks` in `aws-commands.ts`. On a stack, each
 * operation is loaded when it is used, and needs permissions of its own.
 */
export interface BackendOperations {
  /** Opens the files that a run's job names. */
  filesOf(run: Run): Promise<OpenSourceFile>;
  /** One run in full. */
  describeRun(output: Output, run: Run): Promise<RunText>;
  /** The runs, newest first. */
  listRuns(output: Output): Promise<RunList>;
  /** Shows one run, or all that are not over, until no change is to be expected. Returns the exit code. */
  watch(output: Output, run: Run | undefined): Promise<number>;
  /** Whether the files of a run that is over are written; `none`: it has none, or its files have expired. */
  readFilesLeft(view: RunView): Promise<'written' | 'missing' | 'none'>;
  /** Continues runs whose state is `running`, here or by the workers of a stack. Returns the exit code. */
  goOn(output: Output, runs: Run[]): Promise<number>;
  /** Counts the remaining pages of a cancelled run, here or by the workers of a stack. Returns the exit code. */
  countRest(output: Output, run: Run): Promise<number>;
  /** Runs whose deletion was interrupted: their records may be gone already. */
  listHalfForgotten(): Promise<string[]>;
  /** Epoch ms at which the run of exactly that name was forgotten, if it was. */
  forgottenAt(name: string): Promise<number | undefined>;
  /** Whether no export of a run that is over is under way. */
  isExported(run: Run): Promise<boolean>;
  /** Puts the pages that a run which is over has kept into a folder, as files of WARC. */
  bringPages(run: Run, folder: string): Promise<PagesFile[]>;
  /** Puts the files that a run has downloaded into a folder, each under its name. Returns how many there are. */
  bringFiles(run: Run, folder: string): Promise<number>;
  /** Deletes runs that are over, continues the interrupted deletions, and prints what was deleted. */
  forget(output: Output, runs: Run[], halfForgotten: string[]): Promise<void>;
}

export type Backend = BackendBase & BackendOperations;

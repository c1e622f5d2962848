import { readProgress } from '../../shared/local-run/run-local.ts';
import type { Run } from '../../shared/model.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import type { Backend } from '../backend/backend.ts';
import type { Output } from '../output.ts';
import type { Project } from '../project.ts';
import { conclude } from './conclude.ts';
import { countRest } from './count-rest.ts';
import { forget, forgottenAt } from './forget.ts';
import { copyPages } from './join-pages.ts';
import { linkFiles, pathOfFile } from './link-files.ts';
import { describeRun, listRuns, watch } from './local-status.ts';
import { hasRunFiles } from './run-files.ts';
import { workOnRuns } from './work-on-runs.ts';

export interface LocalOptions {
  /** Make the store's file smaller. */
  vacuum?: boolean;
}

/** The runs of this machine's store. The command itself does the work. */
export function localBackend(project: Project, { vacuum = false }: LocalOptions = {}): Backend {
  const { store } = project;
  return {
    ledger: store.ledger,
    outcomes: store.outcomes,
    pathOfFile,
    readViews: (runs) => readProgress(store, idsOf(runs)),
    commandLine: (command, run) => `npx spinneret ${command} ${run}`,
    filesOf: async ({ baseDir }) => localFiles(baseDir),
    describeRun: (output, run) => describeRun(store, output, run),
    listRuns: () => listRuns(store),
    watch: (output, run) => watch(store, output, run),
    async readFilesLeft({ run, isOver }) {
      if (!isOver || run.state === 'cancelled') return 'none';
      return hasRunFiles(project, run.id) ? 'written' : 'missing';
    },
    goOn: (output, runs) => goOn(project, output, idsOf(runs)),
    countRest: (output, run) => countRest(project, output, run),
    // The record of a run is deleted in one transaction; rows left behind are deleted by the next call.
    listHalfForgotten: async () => [],
    forgottenAt: async (name) => forgottenAt(project, name),
    // Exported files are not deleted, so an export that is under way does no harm.
    isExported: async () => true,
    bringPages: (run, folder) => copyPages(project, run, folder),
    bringFiles: (run, folder) => linkFiles(project, run, folder),
    forget: (output, runs) => forget(project, output, idsOf(runs), vacuum),
  };
}

function idsOf(runs: Run[]): string[] {
  return runs.map(({ id }) => id);
}

async function goOn(project: Project, output: Output, runs: string[]): Promise<number> {
  output.data({ type: 'resumed', runs });
  for (const run of runs) output.note(`going on with ${run}`);
  return conclude(project, output, await workOnRuns(project, output, runs));
}

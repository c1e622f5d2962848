import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { Backend } from '../backend/backend.ts';
import { type AwsProject, bucketOf } from './on-aws.ts';
import { readViews } from './read-runs.ts';

/**
 * The runs of a stack, whose workers do the work. Each operation is loaded when it is used, in one expression here:
 * `test/infra/operators.test.ts` reads from these expressions which permissions each command needs.
 */
export function stackBackend(aws: AwsProject, { claims = false }: { claims?: boolean }): Backend {
  const { ledger, outcomes } = aws.store;
  return {
    ledger,
    outcomes,
    pathOfFile: ({ sha256 }, job) => objectKeys.stored(job, sha256),
    readViews: (runs) => readViews(ledger, runs),
    commandLine: (command, run) => `npx spinneret ${command} ${run} ${aws.flags}`,
    filesOf: async (run) => (await import('./files-of.ts')).filesOf(aws, run),
    describeRun: async (output, run) => (await import('./stack-status.ts')).describeRun(output, aws, run),
    listRuns: async (output) => (await import('./stack-status.ts')).listRuns(output, aws),
    watch: async (output, run) => (await import('./stack-status.ts')).watch(output, aws, run),
    readFilesLeft: async (view) => (await import('./files-left.ts')).readFilesLeft(aws, view),
    goOn: async (output, runs) => (await import('./go-on.ts')).goOn(output, aws, runs),
    countRest: async (output, run) => (await import('./count-rest.ts')).countRest(output, aws, run),
    listHalfForgotten: async () => (await import('./receipts.ts')).listOpenReceipts(bucketOf(aws)),
    forgottenAt: async (name) => (await import('./receipts.ts')).readForgottenAt(bucketOf(aws), name),
    isExported: async (run) => (await import('./manifest.ts')).isExported(aws, run),
    bringPages: async (run, folder) => (await import('./bring-pages.ts')).bringPages(aws, run, folder),
    bringFiles: async (run, folder) => (await import('./bring-files.ts')).bringFiles(aws, run, folder),
    forget: async (output, runs, halfForgotten) =>
      (await import('./forget.ts')).forget(output, aws, runs, { halfForgotten, claims }),
  };
}

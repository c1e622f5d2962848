import type { BackendCommand, backendCommands } from '../aws/aws-commands.ts';
import { type AwsSwitch, isOnAws, type MachineOptions, type StackOptions } from '../aws/aws-options.ts';
import { openExistingProject, openProjectWithRuns } from '../project.ts';
import type { BackendBase, BackendOperations } from './backend.ts';

/** The part of a backend that one command may use. */
export type BackendFor<Command extends BackendCommand> = BackendBase &
  Pick<BackendOperations, (typeof backendCommands)[Command]['asks'][number]>;

export type BackendOptions = AwsSwitch & StackOptions & MachineOptions;

/**
 * Opens this machine's store or a stack, as the options say, and calls `body` with it. In a folder without a store,
 * `withoutStore` is called instead; without it, throws `HaltError` RUN_UNKNOWN. Throws what `onAws` throws.
 */
export async function withBackend<Command extends BackendCommand>(
  command: Command,
  options: BackendOptions,
  body: (backend: BackendFor<Command>) => Promise<number>,
  withoutStore?: () => number,
): Promise<number> {
  if (isOnAws(options)) {
    const { onAws } = await import('../aws/on-aws.ts');
    const { stackBackend } = await import('../aws/stack-backend.ts');
    return onAws(command, options, (aws) => body(stackBackend(aws, options)));
  }
  const changes = options.processes === undefined ? {} : { processes: options.processes };
  const open = withoutStore === undefined ? openProjectWithRuns : openExistingProject;
  await using project = await open(options, changes);
  if (project === undefined) return withoutStore?.() ?? 0;
  const { localBackend } = await import('../local/local-backend.ts');
  return await body(localBackend(project, options));
}

import type { BackendOperations } from '../backend/backend.ts';

/**
 * What a command needs of the stack's version. `same`: the stack must have this command's. `near`: that, the one before or
 * the one after, so that runs can be watched, stopped and exported while only one of the two is updated. `any`: it only reports.
 */
export type VersionNeed = 'same' | 'near' | 'any';

interface CommandFacts {
  /** A command that starts runs needs the same version; one that reads or stops them, a near one. */
  needs: VersionNeed;
}

interface BackendCommandFacts extends CommandFacts {
  /** The operations of a backend that the command may use: on a stack it needs the rights of these, and of no others. */
  asks: readonly (keyof BackendOperations)[];
}

/** Commands about runs, of this machine or with `--aws` of a stack: each is written once, above a backend. */
export const backendCommands = {
  status: { needs: 'near', asks: ['describeRun', 'listRuns', 'watch'] },
  pause: { needs: 'near', asks: [] },
  resume: { needs: 'near', asks: ['readFilesLeft', 'goOn'] },
  cancel: { needs: 'near', asks: ['countRest'] },
  export: { needs: 'near', asks: ['bringPages', 'bringFiles'] },
  extract: { needs: 'near', asks: ['bringPages'] },
  diff: { needs: 'near', asks: [] },
  coverage: { needs: 'near', asks: ['filesOf'] },
  forget: { needs: 'near', asks: ['listHalfForgotten', 'forgottenAt', 'isExported', 'forget'] },
} as const satisfies Record<string, BackendCommandFacts>;

/** Commands that always work on a stack, without `--aws`. */
const stackCommands = {
  redrive: { needs: 'near' },
  enqueue: { needs: 'same' },
} as const satisfies Record<string, CommandFacts>;

/** All commands that look for a stack. What `doctor` looks at on either side is not runs alone. */
export const awsCommands = {
  ...backendCommands,
  ...stackCommands,
  doctor: { needs: 'any' },
} as const satisfies Record<string, CommandFacts>;

export type BackendCommand = keyof typeof backendCommands;
export type StackCommand = keyof typeof stackCommands;
export type AwsCommand = keyof typeof awsCommands;

export const awsCommandNames = Object.keys(awsCommands) as AwsCommand[];
export const stackCommandNames = Object.keys(stackCommands) as StackCommand[];
/** Those that without `--aws` are about this machine. */
export const eitherCommandNames = awsCommandNames.filter((name) => !Object.hasOwn(stackCommands, name));

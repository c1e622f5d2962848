import { deploymentVersion } from '../../shared/deployment/names.ts';
import { HaltError } from '../../shared/errors.ts';
import { isBuilt } from '../../shared/own-files.ts';

/** The commands that look for a stack. */
export type AwsCommand =
  | 'status'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'export'
  | 'coverage'
  | 'forget'
  | 'redrive'
  | 'doctor'
  | 'enqueue'
  // examples/counter: of the stack it takes the table alone.
  | 'counter';

/**
 * `same`: the stack must have this command's version. `near`: that, the one before or the one after, so that who has
 * updated one of the two can still watch, stop and take home what runs. `any`: it only tells.
 */
export type VersionNeed = 'same' | 'near' | 'any';

/** What each command needs of the stack's version. What starts something needs the same; what reads or stops, a near one. */
export const versionNeeds = {
  status: 'near',
  pause: 'near',
  resume: 'near',
  cancel: 'near',
  export: 'near',
  coverage: 'near',
  forget: 'near',
  redrive: 'near',
  doctor: 'any',
  enqueue: 'same',
  counter: 'near',
} as const satisfies Record<AwsCommand, VersionNeed>;

const own = Number(deploymentVersion);

/** The stack's version; throws `HaltError` STACK_OUTDATED, with what to do, when the command needs another. */
export function checkVersion(stack: string, version: string | undefined, need: VersionNeed): number {
  const found = Number(version);
  if (version === undefined || !/^\d{1,9}$/.test(version)) {
    const what = version === undefined ? 'is none of Spinneret, or a very old one' : `has version ${version}`;
    throw new HaltError('STACK_OUTDATED', `the stack ${stack} ${what}; this command speaks ${own}`);
  }
  if (!meets(found, need)) throw new StackOfOtherVersion(stack, found, need);
  return found;
}

/** One line when the versions differ, though the command works; `undefined` when they are the same. */
export function versionNote(stack: string, version: number): string | undefined {
  if (version === own) return undefined;
  const differ = `the stack ${stack} has version ${version}, this command speaks ${own}`;
  if (!meets(version, 'near')) return `${differ}: no command works on it; ${remedyFor(version)}`;
  return `${differ}: reading and stopping work; before you enqueue, ${remedyFor(version)}`;
}

export function meets(version: number, need: VersionNeed): boolean {
  switch (need) {
    case 'same':
      return version === own;
    case 'near':
      return Math.abs(version - own) <= 1;
    case 'any':
      return true;
    default:
      return need satisfies never;
  }
}

function remedyFor(version: number): string {
  return version < own
    ? 'deploy this version: npx cdk deploy --all, while runs are under way if need be'
    : `update this command to the version that was deployed (${isBuilt ? 'npm install spinneret@latest' : 'git pull && npm ci'})`;
}

class StackOfOtherVersion extends HaltError {
  readonly #version: number;
  readonly #need: VersionNeed;

  constructor(stack: string, version: number, need: VersionNeed) {
    super('STACK_OUTDATED', `the stack ${stack} has version ${version}; this command speaks ${own}`);
    this.name = 'HaltError';
    this.#version = version;
    this.#need = need;
  }

  override get remedy(): string {
    const remedy = remedyFor(this.#version);
    const first = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
    if (this.#need === 'same' && meets(this.#version, 'near')) {
      return `${first} Until then status, pause, resume, cancel, export, forget, redrive and doctor work on this stack.`;
    }
    return `${first} Or use the command of version ${this.#version}.`;
  }
}

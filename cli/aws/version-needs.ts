import { deploymentVersion } from '../../shared/deployment/stack.ts';
import { HaltError } from '../../shared/errors.ts';
import { isBuilt } from '../../shared/own-files.ts';
import { type AwsCommand, awsCommandNames, awsCommands, type VersionNeed } from './aws-commands.ts';

/** `counter`: examples/counter, which takes the table of the stack alone. */
export type StackUser = AwsCommand | 'counter';

export function versionNeedOf(user: StackUser): VersionNeed {
  return user === 'counter' ? 'near' : awsCommands[user].needs;
}

const commandVersion = Number(deploymentVersion);

/** Commands that work on a stack of another version too. */
const tolerant = awsCommandNames.filter((name) => awsCommands[name].needs !== 'same');

/** The stack's version; throws `HaltError` STACK_OUTDATED, with what to do, when the command needs another. */
export function checkVersion(stack: string, version: string | undefined, need: VersionNeed): number {
  const found = Number(version);
  if (version === undefined || !/^\d{1,9}$/.test(version)) {
    const what = version === undefined ? 'is none of Spinneret, or a very old one' : `has version ${version}`;
    throw new HaltError(
      'STACK_OUTDATED',
      `the stack ${stack} ${what}; this command speaks ${commandVersion}`,
    );
  }
  if (!meets(found, need)) throw new StackOfOtherVersion(stack, found, need);
  return found;
}

/** One line when the versions differ, though the command works; `undefined` when they are the same. */
export function versionNote(stack: string, version: number): string | undefined {
  if (version === commandVersion) return undefined;
  const differ = `the stack ${stack} has version ${version}, this command speaks ${commandVersion}`;
  if (!meets(version, 'near')) return `${differ}: no command works on it; ${remedyFor(version)}`;
  return `${differ}: reading and stopping work; before you enqueue, ${remedyFor(version)}`;
}

export function meets(version: number, need: VersionNeed): boolean {
  switch (need) {
    case 'same':
      return version === commandVersion;
    case 'near':
      return Math.abs(version - commandVersion) <= 1;
    case 'any':
      return true;
    default:
      return need satisfies never;
  }
}

function remedyFor(version: number): string {
  return version < commandVersion
    ? 'deploy this version: npx cdk deploy --all, while runs are under way if need be'
    : `update this command to the version that was deployed (${isBuilt ? 'npm install spinneret@latest' : 'git pull && npm ci'})`;
}

class StackOfOtherVersion extends HaltError {
  readonly #version: number;
  readonly #need: VersionNeed;

  constructor(stack: string, version: number, need: VersionNeed) {
    super(
      'STACK_OUTDATED',
      `the stack ${stack} has version ${version}; this command speaks ${commandVersion}`,
    );
    this.name = 'HaltError';
    this.#version = version;
    this.#need = need;
  }

  override get remedy(): string {
    const remedy = remedyFor(this.#version);
    const first = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
    if (this.#need === 'same' && meets(this.#version, 'near')) {
      return `${first} Until then ${new Intl.ListFormat('en-GB').format(tolerant)} work on this stack.`;
    }
    return `${first} Or use the command of version ${this.#version}.`;
  }
}

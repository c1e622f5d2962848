import { SpinneretError } from '../../shared/errors.ts';
import { InvalidFileError } from '../../shared/job/problems.ts';
import type { AwsOptions } from '../aws/aws-options.ts';

/** `look`: it works, but perhaps not for long, or not as expected. `wrong`: something will fail. */
export type FindingState = 'ok' | 'look' | 'wrong' | 'unchecked';

export interface CheckFinding {
  state: FindingState;
  /** What was found, as one clause. */
  says: string;
  /** What to do about it. */
  remedy?: string;
}

/** The target of a check. It is sent to another process as JSON. */
export interface CheckTarget {
  projectDir: string;
  /** The settings file, if it was named. */
  settingsFile?: string;
  /** Job files, relative to the project. */
  files: string[];
  /** The stack, if that is to be checked. */
  aws?: Pick<AwsOptions, 'region' | 'profile' | 'stack'>;
}

/**
 * Checks of a group share a process, which is killed when their time is over: a name server that does not answer,
 * a hanging disk or a handler without end would otherwise keep the command from ending.
 */
export type CheckGroup = 'machine' | 'store' | 'jobs' | 'network' | 'aws';

export interface Check {
  /** Stable, for machines. */
  id: string;
  title: string;
  group: CheckGroup;
  /** It may block its process, so it begins when the others of its group have ended. */
  mayHang?: true;
  /** May throw: an error of ours is a finding, with its remedy. */
  run(target: CheckTarget): Promise<CheckFinding>;
}

export const ok = (says: string): CheckFinding => ({ state: 'ok', says });
export const look = (says: string, remedy: string): CheckFinding => ({ state: 'look', says, remedy });
export const wrong = (says: string, remedy: string): CheckFinding => ({ state: 'wrong', says, remedy });
export const unchecked = (says: string, remedy?: string): CheckFinding =>
  remedy === undefined ? { state: 'unchecked', says } : { state: 'unchecked', says, remedy };

/** The finding for an error that ended a check. What may not be read is unchecked, not wrong. */
export function findingOf(error: unknown): CheckFinding {
  if (error instanceof SpinneretError) {
    const [line = ''] = error.message.split('\n');
    if (error.code === 'AWS_DENIED') return unchecked(`may not be asked: ${line}`, error.remedy);
    const says = error instanceof InvalidFileError ? line : `${error.code}: ${line}`;
    return wrong(says, error.remedy);
  }
  return wrong(
    `failed: ${error instanceof Error ? error.message : String(error)}`,
    'Report it: it is a fault of Spinneret.',
  );
}

/** A remedy that consists of several commands. */
export function commands(lines: string[]): string {
  return lines.join('\n');
}

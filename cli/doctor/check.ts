import { SpinneretError } from '../../shared/errors.ts';
import { InvalidFileError } from '../../shared/job/problems.ts';
import type { AwsOptions } from '../aws/aws-options.ts';

/** `look`: it works, but not for long, or not as you may think. `wrong`: something will fail. */
export type FindingState = 'ok' | 'look' | 'wrong' | 'unchecked';

export interface CheckFinding {
  state: FindingState;
  /** What was found, as one clause. */
  says: string;
  /** What to do about it. */
  remedy?: string;
}

/** What a check looks at. It is sent to another process as JSON. */
export interface CheckTarget {
  projectDir: string;
  /** Of the settings, if it was named. */
  settingsFile?: string;
  /** Job files, relative to the project. */
  files: string[];
  /** Where on AWS, if that is to be checked. */
  aws?: Pick<AwsOptions, 'region' | 'profile' | 'stack'>;
}

/**
 * Checks of a group share a process, which is killed when their time is over: a name server that does not answer, a
 * stuck disk or a handler without end would else keep the command from ending.
 */
export type CheckGroup = 'machine' | 'store' | 'jobs' | 'network' | 'aws';

export interface Check {
  /** Stable, for machines. */
  id: string;
  title: string;
  group: CheckGroup;
  /** It may hold up its process, so it begins when the others of its group have ended. */
  mayHang?: true;
  /** May throw: an error of ours is a finding, with its remedy. */
  run(place: CheckTarget): Promise<CheckFinding>;
}

export const ok = (says: string): CheckFinding => ({ state: 'ok', says });
export const look = (says: string, remedy: string): CheckFinding => ({ state: 'look', says, remedy });
export const wrong = (says: string, remedy: string): CheckFinding => ({ state: 'wrong', says, remedy });
export const unchecked = (says: string, remedy?: string): CheckFinding =>
  remedy === undefined ? { state: 'unchecked', says } : { state: 'unchecked', says, remedy };

/** What an error that ended a check says. What may not be asked is not wrong. */
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

/** Commands that mend a finding together, as its remedy. */
export function commands(lines: string[]): string {
  return lines.join('\n');
}

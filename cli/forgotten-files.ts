import { formatBytes, formatNoun } from '../shared/text/format.ts';

/** What became of the files of a job, once runs of it were forgotten. */
export interface ForgottenFiles {
  job: string;
  /** Files that no run left in the store names: deleted. */
  files: number;
  freedBytes: number;
  /** Of these, bytes that stay, since the output of a run has them under a name of its own. */
  linkedBytes: number;
  /** The run that goes on, and may be about to name any of them: nothing was deleted. */
  heldBy?: string;
}

/** A line for people. */
export function forgottenFilesLine({ job, files, freedBytes, linkedBytes, heldBy }: ForgottenFiles): string {
  if (heldBy !== undefined) {
    return `files of ${job} stay, since ${heldBy} goes on and may need them: forget a run of it again when that is over`;
  }
  const linked = linkedBytes === 0 ? '' : `; ${formatBytes(linkedBytes)} stay in the output of their runs`;
  return `${formatNoun(files, 'file')} of ${job} deleted that no other run names: ${formatBytes(freedBytes)} freed${linked}`;
}

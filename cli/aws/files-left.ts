import type { RunView } from '../../shared/observe/run-view.ts';
import { hasManifest } from './manifest.ts';
import type { AwsProject } from './on-aws.ts';

const dayMs = 86_400_000;

/** `missing`: all batches are done, but the export has failed, or its task was lost. */
export async function readFilesLeft(
  aws: AwsProject,
  { run, counts }: RunView,
): Promise<'written' | 'missing' | 'none'> {
  const isEnded = run.state === 'finished' || run.state === 'cancelled';
  // The manifest of an older run has expired, and so have the outcomes from which another would be made.
  const isKept = Date.now() < run.startedAt + aws.settings.aws.keepDays * dayMs;
  if (!isEnded || !isKept || counts['open'] !== 0) return 'none';
  return (await hasManifest(aws, run.id)) ? 'written' : 'missing';
}

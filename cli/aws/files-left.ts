import type { RunView } from '../../shared/observe/run-view.ts';
import { hasManifest } from './manifest.ts';
import type { AwsProject } from './on-aws.ts';

const dayMs = 86_400_000;

/** `missing`: all batches are done, but whoever was to export the run has failed, or its task was lost. */
export async function readFilesLeft(
  aws: AwsProject,
  { run, counts }: RunView,
): Promise<'written' | 'missing' | 'none'> {
  const isEnded = run.state === 'finished' || run.state === 'cancelled';
  // So old a run's manifest is deleted, and so is what another one would be made of.
  const isKept = Date.now() < run.startedAt + aws.settings.aws.keepDays * dayMs;
  if (!isEnded || !isKept || counts['open'] !== 0) return 'none';
  return (await hasManifest(aws, run.id)) ? 'written' : 'missing';
}

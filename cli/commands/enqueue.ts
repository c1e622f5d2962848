import { loadJobs } from '../../shared/job/load.ts';
import { takesAws } from '../aws/aws-options.ts';
import type { EnqueueOptions } from '../aws/enqueue.ts';
import { pickJobs } from '../choose-job.ts';
import { act, makeCommand } from '../command.ts';

export const enqueueCommand = takesAws(
  makeCommand({
    name: 'enqueue',
    description:
      'Starts the jobs of a file on the stack that `npx cdk deploy` made. Handlers and URL lists go along; files with secrets sealed; secrets are looked up in the Parameter Store and Secrets Manager there.',
    examples: [
      ['enqueue config/books.yaml', 'starts every job of the file, and says how to follow it'],
      ['enqueue config/books.yaml --watch', 'shows pages, workers and cost until it is over'],
    ],
  }),
)
  .option('--job <name>', 'only the job of that name')
  .option('--watch', 'show how it gets on until it is over')
  .action(
    act<EnqueueOptions>(async (output, options, file = '') => {
      const jobs = pickJobs(await loadJobs(file), options.job);
      const { enqueue } = await import('../aws/enqueue.ts');
      return enqueue(output, options, jobs);
    }),
  );

import { type AwsOptions, takesAws } from '../aws/aws-options.ts';
import { act, makeCommand } from '../command.ts';

interface RedriveOptions extends AwsOptions {
  last?: boolean;
}

export const redriveCommand = takesAws(
  makeCommand({
    name: 'redrive',
    description:
      'Sends batches that nothing on AWS could handle back to the work queue, of all runs or of one: for when what was wrong is mended.',
    examples: [
      ['redrive', 'all that lies at the end of the line'],
      ['redrive books-2026', 'that of one run'],
      ['redrive --last', 'that of the run that started last'],
    ],
  }),
)
  .option('--last', 'that of the run that started last')
  .action(
    act<RedriveOptions>(async (output, options, name) => {
      const { redrive } = await import('../aws/redrive.ts');
      return redrive(output, options, name);
    }),
  );

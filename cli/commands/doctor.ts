import { mayTakeAws } from '../aws/aws-options.ts';
import { act, httpUrl, makeCommand } from '../command.ts';
import type { DoctorOptions } from '../doctor/doctor.ts';

export const doctorCommand = mayTakeAws(
  makeCommand({
    name: 'doctor',
    description:
      'Looks at what a run needs and says, one line each, whether it is there: Node, memory, disk, store, settings, jobs with their handlers and secrets, network and clock; on AWS credentials, stack, quotas, functions, queues, alarms and secrets. Changes nothing, and ends within ten seconds; --canary starts a run. Exit code 1 when something is wrong.',
    examples: [
      ['doctor', 'this machine, and the jobs that the settings name (config/*.yaml)'],
      ['doctor books.yaml', 'with another job'],
      ['doctor --aws', 'the stack on AWS'],
      ['doctor --aws --canary https://example.com/', 'and whether a run of one page comes to its end there'],
      ['doctor --aws --json', 'for machines: an object with all findings'],
    ],
  }),
)
  .option('--canary <url>', 'scrape this one page on AWS, and wait for its end, up to three minutes', httpUrl)
  .action(
    act<DoctorOptions>(async (output, options, ...files) => {
      const { doctor } = await import('../doctor/doctor.ts');
      return doctor(output, options, files);
    }),
  );

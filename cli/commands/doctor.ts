import { type AwsSwitch, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand } from '../command.ts';

export const doctorCommand = mayTakeAws(
  makeCommand({
    usage: 'doctor [files...]',
    group: 'Most used:',
    summary: 'say what is wrong here, or on AWS, and what to do',
    description:
      'Looks at what a run needs and says, one line each, whether it is there: Node, memory, disk, store, settings, jobs with their handlers and secrets, network and clock; on AWS credentials, stack, quotas, functions, queues, alarms and secrets. Changes nothing, and ends within ten seconds. Exit code 1 when something is wrong.',
    examples: [
      ['doctor', 'this machine, and the jobs that the settings name (config/*.yaml)'],
      ['doctor books.yaml', 'with another job'],
      ['doctor --aws', 'the stack on AWS'],
      ['doctor --aws --json', 'for machines: an object with all findings'],
    ],
  }),
).action(
  act<AwsSwitch>(async (output, options, ...files) => {
    const { doctor } = await import('../doctor/doctor.ts');
    return doctor(output, options, files);
  }),
);

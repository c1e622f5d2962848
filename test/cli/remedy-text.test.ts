import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { remedyWhere, remedyWithin } from '../../cli/remedy-text.ts';
import { errorCatalogue } from '../../shared/error-codes.ts';

describe('remedyWithin', () => {
  it.each([
    ['try', 'Run spinneret try on the URL.', ''],
    ['try', 'Run spinneret try on the URL; the message has the stack.', 'The message has the stack.'],
    ['run', 'Run spinneret try on the URL.', 'Run spinneret try on the URL.'],
    ['enqueue', 'aws ssm put-parameter --name a\n  --value …', 'aws ssm put-parameter --name a\n  --value …'],
    ['try', 'failures.jsonl names the step; spinneret try shows the page.', 'Failures.jsonl names the step.'],
  ])('in %s of %j is %j', (command, remedy, text) => {
    expect(remedyWithin(command, remedy)).toBe(text);
  });

  it('never names the command that one is in', async () => {
    for (const command of (await makeProgram()).commands.map((each) => each.name())) {
      for (const { remedy } of Object.values(errorCatalogue)) {
        expect(remedyWithin(command, remedy)).not.toMatch(new RegExp(`spinneret ${command}\\b`));
      }
    }
  });
});

describe('remedyWhere', () => {
  const list = 'List the runs with spinneret status.';

  it.each([
    [['resume', 'x'], list, list],
    [['resume', 'x', '--aws'], list, 'List the runs with spinneret status --aws.'],
    [['redrive', 'x'], list, 'List the runs with spinneret status --aws.'],
    [
      ['resume', 'x', '--aws', '--region', 'eu-north-1', '--stack=B', '--last'],
      list,
      'List the runs with spinneret status --aws --region eu-north-1 --stack=B.',
    ],
    [['export', '--aws'], 'spinneret try on the URL.', 'spinneret try on the URL.'],
    [['resume', '--aws'], 'Call spinneret export RUN, then.', 'Call spinneret export RUN --aws, then.'],
  ])('after %j of %j is %j', (args, remedy, text) => {
    expect(remedyWhere(args, remedy)).toBe(text);
  });

  it('leaves alone what says so itself', () => {
    for (const { remedy } of Object.values(errorCatalogue)) {
      const remedyText = remedyWhere(['resume', '--aws'], remedy);
      expect(remedyText.match(/--aws[^.;]*--aws/)).toBeNull();
    }
  });
});

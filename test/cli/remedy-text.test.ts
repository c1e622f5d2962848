import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { remedyWithin } from '../../cli/remedy-text.ts';
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

  it('never names the command that one is in', () => {
    for (const command of makeProgram().commands.map((each) => each.name())) {
      for (const { remedy } of Object.values(errorCatalogue)) {
        expect(remedyWithin(command, remedy)).not.toMatch(new RegExp(`spinneret ${command}\\b`));
      }
    }
  });
});

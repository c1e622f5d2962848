import { describe, expect, it } from 'vitest';
import { resourceOf, resourcesOf, scheduledJob, templateOf } from './synthesise.ts';

const source = import.meta.filename;

function targetOf(job: ReturnType<typeof scheduledJob>) {
  const [schedule] = [...resourcesOf(templateOf({ jobs: [job] }), 'AWS::Scheduler::Schedule').values()];
  return schedule?.Properties;
}

describe('makeSchedules', () => {
  it('makes none without jobs', () => {
    templateOf().resourceCountIs('AWS::Scheduler::Schedule', 0);
  });

  it('starts the job as it was written, at its time and in its zone', () => {
    const scheduled = scheduledJob('shop');
    const schedule = targetOf(scheduled);
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    expect(JSON.parse(schedule?.['Target'].Input)).toEqual({
      job: JSON.parse(JSON.stringify(scheduled.job)),
      scheduledAt: '<aws.scheduler.scheduled-time>',
      files: {},
    });
  });

  it('brings the files that the job names', () => {
    const schedule = targetOf(scheduledJob('shop', { files: [{ path: 'lists/urls.txt', source }] }));
    const parts: (string | { 'Fn::Sub': string })[] = schedule?.['Target'].Input['Fn::Join'][1];
    const input = parts.map((part) => (typeof part === 'string' ? part : part['Fn::Sub'])).join('');
    expect(JSON.parse(input).files['lists/urls.txt']).toEqual({
      bucket: expect.stringMatching(/^cdk-.*-assets-/),
      key: expect.stringMatching(/^[0-9a-f]{64}\.ts$/),
    });
  });

  it('leaves a start that cannot be delivered where an alarm sees it', () => {
    const { DeadLetterConfig, RetryPolicy } = targetOf(scheduledJob('shop'))?.['Target'] ?? {};
    expect(DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^MissedStartsQueue/);
    // For as long as no other start of the job is due.
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 10 });
  });

  it('lets nobody but this account’s own group of schedules take the role', () => {
    const made = templateOf({ jobs: [scheduledJob('shop')] });
    const [statement] = resourceOf(made, 'AWS::IAM::Role', 'ScheduleRole').Properties[
      'AssumeRolePolicyDocument'
    ].Statement;
    expect(statement.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    const [group] = [...resourcesOf(made, 'AWS::Scheduler::ScheduleGroup').values()];
    const arn = JSON.stringify(statement.Condition.ArnEquals['aws:SourceArn']);
    expect(arn).toContain(`:schedule-group/${group?.Properties['Name']}"`);
  });

  it('refuses a job that a schedule cannot carry', () => {
    const { job } = scheduledJob('huge');
    const large = scheduledJob('huge', { job: { ...job, description: 'x'.repeat(262_144) } });
    expect(() => templateOf({ jobs: [large] })).toThrow(
      /huge takes 26\d+ bytes, and a schedule carries 262144/,
    );
  });
});

import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { makeStacks, resourcesOf } from './synthesise.ts';

describe('makeAnalyticsStack', () => {
  it('makes none unless it is asked for', () => {
    expect(makeStacks().analytics).toBeUndefined();
  });

  it('makes no budget unless one is asked for', () => {
    const { analytics } = makeStacks({ aws: 'analytics: true\nalarmEmail: ops@example.com\n' });
    if (analytics === undefined) throw new Error('no stack');
    expect(resourcesOf(Template.fromStack(analytics), 'AWS::Budgets::Budget').size).toBe(0);
  });

  it('makes a budget with ten addresses, and refuses one with more', () => {
    const settings = (count: number) => {
      const mails = Array.from({ length: count }, (_, index) => `ops${index}@example.com`);
      return { aws: `analytics: true\nmonthlyBudgetUsd: 5\nalarms: { email: [${mails.join(', ')}] }\n` };
    };
    expect(makeStacks(settings(10)).analytics).toBeDefined();
    expect(() => makeStacks(settings(11))).toThrow('mails 10 addresses at most, and aws.alarms.email has 11');
  });

  it('makes tables that read one run’s folder alone', () => {
    const { analytics } = makeStacks({ aws: 'analytics: true\n' });
    if (analytics === undefined) throw new Error('no stack');
    const tables = [...resourcesOf(Template.fromStack(analytics), 'AWS::Glue::Table').values()];
    expect(tables).toHaveLength(2);
    for (const { Properties } of tables) {
      const parameters = Properties['TableInput'].Parameters;
      expect(parameters['projection.run.type']).toBe('injected');
      expect(JSON.stringify(parameters['storage.location.template'])).toContain('${run}');
    }
  });

  it('ends a query that scans more than a hundred gigabytes, and lets nobody turn that off', () => {
    const { analytics } = makeStacks({ aws: 'analytics: true\n' });
    if (analytics === undefined) throw new Error('no stack');
    const [workGroup] = [...resourcesOf(Template.fromStack(analytics), 'AWS::Athena::WorkGroup').values()];
    // Else `cdk destroy` fails once somebody has asked a question.
    expect(workGroup?.Properties['RecursiveDeleteOption']).toBe(true);
    expect(workGroup?.Properties['WorkGroupConfiguration']).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 107_374_182_400,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
  });

  it('mails at 80 and 100 percent of the budget', () => {
    const { analytics } = makeStacks({
      aws: 'analytics: true\nmonthlyBudgetUsd: 5\nalarmEmail: ops@example.com\n',
    });
    if (analytics === undefined) throw new Error('no stack');
    const [budget] = [...resourcesOf(Template.fromStack(analytics), 'AWS::Budgets::Budget').values()];
    const notices = budget?.Properties['NotificationsWithSubscribers'];
    expect(
      notices.map(({ Notification }: { Notification: { Threshold: number } }) => Notification.Threshold),
    ).toEqual([80, 100]);
  });

  it.each(['monthlyBudgetUsd: 5\nalarmEmail: ops@example.com\n', 'monthlyBudgetUsd: 5\nanalytics: true\n'])(
    'refuses a budget that nobody would hear of: %j',
    (aws) => {
      expect(() => makeStacks({ aws })).toThrow('monthlyBudgetUsd needs');
    },
  );
});

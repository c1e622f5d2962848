import { describe, expect, it } from 'vitest';
import { everySetting, resourceOf, resourcesOf, templateOf } from './synthesise.ts';

const gradual = templateOf({ aws: everySetting });
const atOnce = templateOf();
const groups = 'AWS::CodeDeploy::DeploymentGroup';

describe('a new version of the worker', () => {
  it('takes over all events at once, unless settings say otherwise', () => {
    atOnce.resourceCountIs(groups, 0);
    atOnce.resourceCountIs('AWS::Lambda::Alias', 0);
    const [mapping] = [...resourcesOf(atOnce, 'AWS::Lambda::EventSourceMapping').values()];
    expect(mapping?.Properties['FunctionName'].Ref).toMatch(/^Worker/);
  });

  it('gets a share of the events first, by an alias that the queue calls', () => {
    const { DeploymentConfigName, AutoRollbackConfiguration } = resourceOf(
      gradual,
      groups,
      'Rollout',
    ).Properties;
    expect(DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
    expect(AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
    const called = [...resourcesOf(gradual, 'AWS::Lambda::EventSourceMapping').values()];
    const names = JSON.stringify(called.map(({ Properties }) => Properties['FunctionName']));
    expect(names.match(/"Ref":"Worker(?:Alias)?live/g)).toHaveLength(1);
  });

  it('is taken back by what tells of the worker alone', () => {
    const { AlarmConfiguration } = resourceOf(gradual, groups, 'Rollout').Properties;
    expect(AlarmConfiguration.Enabled).toBe(true);
    const names = AlarmConfiguration.Alarms.map(({ Name }: { Name: { Ref: string } }) =>
      Name.Ref.replace(/Alarm[0-9A-F]{8}$/, ''),
    );
    expect(names).toEqual(['NoProgress', 'Faults', 'WorkerErrors', 'WorkerDuration', 'RunsHalted']);
  });
});

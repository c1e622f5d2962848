import { describe, expect, it } from 'vitest';
import { resourcesOf, templateOf } from './synthesise.ts';

const template = templateOf();

/** Logical id of what a value of the template names. */
function idIn(value: unknown): string {
  return /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(JSON.stringify(value))?.[1] ?? '';
}

/** Queues by which each function is called. */
function queuesRead(): Map<string, string[]> {
  const read = new Map<string, string[]>();
  for (const { Properties } of resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()) {
    const made = idIn(Properties['FunctionName']);
    read.set(made, [...(read.get(made) ?? []), idIn(Properties['EventSourceArn'])]);
  }
  return read;
}

/** Queues to which a role lets its function send, and those to which their messages go when they are received too often. */
function queuesSentTo(role: string): string[] {
  const policies = [...resourcesOf(template, 'AWS::IAM::Policy').values()].filter(
    ({ Properties }) => idIn(Properties['Roles']) === role,
  );
  const sent = policies
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement as Record<string, unknown>[])
    .filter(({ Action }) => [Action].flat().includes('sqs:SendMessage'))
    .flatMap(({ Resource }) => [Resource].flat().map(idIn));
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  return sent.flatMap((queue) => [queue, idIn(queues.get(queue)?.Properties['RedrivePolicy'])]);
}

describe('a function that is called by a queue', () => {
  const read = queuesRead();
  const functions = [...resourcesOf(template, 'AWS::Lambda::Function')].filter(
    ([, { Properties }]) => Properties['Description'] !== undefined,
  );
  const next = (id: string): string[] => {
    const role = idIn(template.findResources('AWS::Lambda::Function')[id]?.['Properties'].Role);
    const sent = queuesSentTo(role);
    return functions
      .map(([other]) => other)
      .filter((other) => read.get(other)?.some((queue) => sent.includes(queue)));
  };
  /** Whether its messages may call it again, through whatever other functions. */
  const isInLoop = (id: string): boolean => {
    const seen = new Set<string>();
    const wanted = next(id);
    for (let one = wanted.pop(); one !== undefined; one = wanted.pop()) {
      if (one === id) return true;
      if (!seen.has(one)) wanted.push(...next(one));
      seen.add(one);
    }
    return false;
  };

  it('may be part of a loop exactly where it is one', () => {
    const allowed = functions.filter(([, { Properties }]) => Properties['RecursiveLoop'] === 'Allow');
    const looping = functions.filter(([id]) => isInLoop(id));
    expect(allowed.map(([id]) => id).sort()).toEqual(looping.map(([id]) => id).sort());
    expect(looping).toHaveLength(3);
  });

  it('has an alarm if it is, for calls that Lambda drops all the same', () => {
    const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()];
    const watched = alarms
      .filter(({ Properties }) => Properties['MetricName'] === 'RecursiveInvocationsDropped')
      .map(({ Properties }) => [Properties['Namespace'], idIn(Properties['Dimensions'])]);
    const looping = functions.filter(([id]) => isInLoop(id)).map(([id]) => ['AWS/Lambda', id]);
    expect(watched.sort()).toEqual(looping.sort());
  });
});

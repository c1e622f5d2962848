import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { translateAwsError } from '../../aws/aws-errors.ts';
import type { Stack } from '../../aws/find-stack.ts';
import { meets, versionNote } from '../../aws/version-needs.ts';
import { type Check, type CheckFinding, type CheckTarget, look, ok, unchecked, wrong } from '../check.ts';
import { judgeSkew, skewBetween } from '../clock-skew.ts';
import { connectTo, openStack } from './stack-context.ts';

interface Identity {
  account: string;
  arn: string;
  skewMs: number | undefined;
}

let asked: Promise<Identity> | undefined;

/**
 * One call for account, role and time, which everybody may make, whatever the policies say (API reference of
 * GetCallerIdentity).
 */
function askIdentity(target: CheckTarget): Promise<Identity> {
  asked ??= whoAmI(target);
  return asked;
}

async function whoAmI(target: CheckTarget): Promise<Identity> {
  const client = new STSClient(connectTo(target).config);
  let skewMs: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = Date.now();
      const answer = await next(args);
      const { headers = {} } = answer.response as { headers?: Record<string, string> };
      const date = Date.parse(headers['date'] ?? '');
      if (!Number.isNaN(date)) skewMs = skewBetween(sentAt, Date.now(), date);
      return answer;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'readClock' },
  );
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand());
    return { account: Account, arn: Arn, skewMs };
  } catch (error) {
    throw translateAwsError(error);
  }
}

/** The caller's identity, the region, and whether the stack exists. */
export const accountChecks: Check[] = [
  {
    id: 'credentials',
    title: 'credentials',
    group: 'aws',
    async run(target) {
      const { account, arn } = await askIdentity(target);
      return ok(`account ${account} as ${arn.split(':').at(-1)}`);
    },
  },
  {
    id: 'region',
    title: 'region',
    group: 'aws',
    async run(target) {
      try {
        return ok(await connectTo(target).config.region());
      } catch (error) {
        throw translateAwsError(error);
      }
    },
  },
  {
    id: 'clock',
    title: 'clock',
    group: 'aws',
    async run(target) {
      const skewMs = await askIdentity(target).then(
        (identity) => identity.skewMs,
        () => undefined,
      );
      return skewMs === undefined ? unchecked('AWS did not answer with its time') : judgeSkew(skewMs, 'AWS');
    },
  },
  {
    id: 'stack',
    title: 'stack',
    group: 'aws',
    async run(target) {
      const { stack } = await openStack(target);
      const says = `${stack.name} in ${stack.region}: ${stack.status}, version ${stack.version}`;
      return statusFinding(says, stack.status) ?? versionFinding(says, stack);
    },
  },
];

/** "Stack status codes", CloudFormation user guide. */
function statusFinding(says: string, status: string): CheckFinding | undefined {
  if (/_FAILED$|^ROLLBACK_COMPLETE$/.test(status)) {
    return wrong(
      says,
      'Read the stack’s events (CloudFormation console), mend what they name, then npx cdk deploy --all.',
    );
  }
  if (/_IN_PROGRESS$/.test(status)) return look(says, 'It is being changed: look again when that is over.');
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return look(
      says,
      'The last deployment failed and was taken back: read the stack’s events, then deploy again.',
    );
  }
  return undefined;
}

function versionFinding(says: string, { name, version }: Stack): CheckFinding {
  const note = versionNote(name, version);
  if (note === undefined) return ok(says);
  return meets(version, 'near') ? look(says, note) : wrong(says, note);
}

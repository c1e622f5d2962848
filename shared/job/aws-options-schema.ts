import { z } from 'zod';

/** The parts of `aws:` in config/settings.yaml that are groups of their own, and ARNs. */

const address = z.email('a mail address');
const addresses = z
  .union([address, z.array(address)])
  .transform((value): string[] => (typeof value === 'string' ? [value] : value))
  .default([]);

/** `https` alone: SNS signs its messages, and does not encrypt them. */
const webhook = z
  .url({ protocol: /^https$/, error: 'an absolute https URL' })
  .max(2_048)
  .optional();

export const alarms = z
  .strictObject({
    email: addresses.describe('Addresses that get a mail per alarm; each has to confirm once.'),
    webhook: webhook.describe(
      'https URL that SNS posts alarms to; it has to confirm the subscription. Readable in the template: it must hold no secret.',
    ),
    webhookFor: z
      .enum(['all', 'urgent'])
      .default('all')
      .describe('Which alarms the webhook gets: those that cannot wait for the morning, or all.'),
  })
  .prefault({})
  .describe('Who gets the alarms.');

export const news = z
  .strictObject({
    email: addresses.describe('Addresses that get a mail per finished run; each has to confirm once.'),
  })
  .prefault({})
  .describe('Who gets word of finished runs.');

export const vpc = z
  .strictObject({
    subnetIds: z
      .array(z.string().regex(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of a subnet'))
      .min(1)
      .describe(
        'Private subnets, whose route to the internet is a NAT gateway: its address is the one that sites see.',
      ),
    securityGroupIds: z
      .array(z.string().regex(/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/, 'the id of a security group'))
      .min(1)
      .max(5)
      .describe('Security groups that let 443 and the ports of the sites out.'),
  })
  .describe(
    'Network of the functions, for a fixed address of the worker; without it they use addresses of AWS.',
  );

export const rollout = z
  .enum(['allAtOnce', 'tenPercentFiveMinutes', 'tenPercentEveryMinute', 'tenPercentEveryTenMinutes'])
  .default('allAtOnce')
  .describe(
    'How a new worker takes over: at once, or by CodeDeploy step by step, and back as soon as an alarm of the worker goes off.',
  );

const partition = 'arn:aws[a-z-]*';

export const kmsKeyArn = z
  .string()
  .regex(new RegExp(`^${partition}:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`), 'the ARN of a KMS key')
  .describe(
    'Your own KMS key for table, bucket, queues, topics and logs; its policy is yours (docs/operations.md), and its requests are billed.',
  );

export const permissionsBoundary = z
  .string()
  .regex(new RegExp(`^${partition}:iam::[0-9]{12}:policy/.+$`), 'the ARN of a managed policy')
  .describe('Managed policy that bounds every role of the stack.');

export const logLevel = z
  .enum(['DEBUG', 'INFO', 'WARN', 'ERROR'])
  .default('INFO')
  .describe('The least level that functions log; metrics are written at every level.');

export const canary = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'an absolute http or https URL' })
      .describe('A small page of your own.'),
    everyMinutes: z
      .int()
      .min(5)
      .max(1_440)
      .default(60)
      .describe('How often it is scraped; an alarm goes off when two in a row have not come to their end.'),
  })
  .describe('A run of one page at regular times, with an alarm when it does not finish.');

export const browser = z
  .strictObject({
    memoryMb: z
      .int()
      .min(1_024)
      .max(10_240)
      .default(2_048)
      .describe('Memory of such a function, in MB; its share of a CPU grows with it.'),
    maxConcurrency: z.int().min(2).max(1_000).default(20).describe('Such functions at once, at most.'),
  })
  .describe(
    'Functions that read pages in a browser, for jobs with render: {} deploys them. Needs the package @sparticuz/chromium, which cdk deploy names where it is missing. While no such page is read, their alarms and the polling of their queue cost $0.76 a month.',
  );

export const telemetry = z
  .strictObject({
    otlpEndpoint: z
      .url({ protocol: /^https$/, error: 'an absolute https URL' })
      // Everybody who may read the template can read it: secrets belong into `headersSecret`.
      .regex(/^[^@?#]+$/, 'a URL without user, password, query and fragment')
      .describe('Base URL of a receiver of OTLP over HTTP; metrics go to /v1/metrics below it.'),
    headersSecret: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a letter, then letters, digits or "_"')
      .optional()
      .describe(
        'Name of the secret (SecureString /STACK/env/NAME) with headers for it: key=value,key2=value2.',
      ),
  })
  .describe('The metrics of the functions by OpenTelemetry too, beside CloudWatch.');

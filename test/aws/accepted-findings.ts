/** A finding of cfn-lint or checkov that stands, and why. One that is found no more fails the test, and goes. */
export interface Accepted {
  rule: string;
  /** The resource type it is accepted of. */
  type: string;
  /** `default`: the settings can mend it. `always`: not even they. */
  when: 'default' | 'everything' | 'always';
  reason: string;
}

export const accepted: Accepted[] = [
  {
    rule: 'W3005',
    type: 'AWS::Lambda::Function',
    when: 'always',
    reason: 'CDK names the role besides its policy, whose being there is not enforced otherwise.',
  },
  {
    rule: 'CKV_AWS_119',
    type: 'AWS::DynamoDB::Table',
    when: 'default',
    reason: 'Encrypted under AWS’s own key; aws.kmsKeyArn gives another, whose requests cost.',
  },
  {
    rule: 'CKV_AWS_28',
    type: 'AWS::DynamoDB::Table',
    when: 'default',
    reason: 'A ledger put back contradicts queue and outcomes; aws.pointInTimeRecovery turns it on.',
  },
  {
    rule: 'CKV_AWS_18',
    type: 'AWS::S3::Bucket',
    when: 'always',
    reason:
      'Only functions and the account’s own users reach it, and CloudTrail can record that; a log object per object would double the puts.',
  },
  {
    rule: 'CKV_AWS_21',
    type: 'AWS::S3::Bucket',
    when: 'default',
    reason:
      'Outcomes are written once; what a run leaves can be made again from them. aws.versioning turns it on.',
  },
  {
    rule: 'CKV_AWS_27',
    type: 'AWS::SQS::Queue',
    when: 'default',
    reason: 'Encrypted by SQS’s own keys, which this rule does not count; aws.kmsKeyArn gives another.',
  },
  {
    rule: 'CKV_AWS_158',
    type: 'AWS::Logs::LogGroup',
    when: 'default',
    reason: 'Encrypted by CloudWatch’s own keys; aws.kmsKeyArn gives another.',
  },
  {
    rule: 'CKV_AWS_116',
    type: 'AWS::Lambda::Function',
    when: 'always',
    reason:
      'Called by queues, which have dead-letter queues of their own; start, called asynchronously, has a failure destination.',
  },
  {
    rule: 'CKV_AWS_117',
    type: 'AWS::Lambda::Function',
    when: 'default',
    reason: 'A network costs a NAT gateway and protects nothing here: aws.vpc is for a fixed address.',
  },
  {
    rule: 'CKV_AWS_115',
    type: 'AWS::Lambda::Function',
    when: 'always',
    reason:
      'The event source’s maximum concurrency is the limit; reserved concurrency would take the account’s away while nothing runs.',
  },
  {
    rule: 'CKV_AWS_173',
    type: 'AWS::Lambda::Function',
    when: 'default',
    reason:
      'Names and settings, no secrets; encrypted by Lambda’s own key, and by aws.kmsKeyArn if there is one.',
  },
  {
    rule: 'CKV_AWS_111',
    type: 'AWS::IAM::Policy',
    when: 'everything',
    reason: 'Lambda makes network interfaces of a VPC in the name of the role, before there is one to name.',
  },
];

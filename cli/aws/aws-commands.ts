/**
 * What a command needs of the stack's version. `same`: the stack must have this command's. `near`: that, the one before or
 * the one after, so that who has updated one of the two can still watch, stop and take home what runs. `any`: it only tells.
 */
export type VersionNeed = 'same' | 'near' | 'any';

export interface AwsCommandFacts {
  /** What starts something needs the same; what reads or stops, a near one. */
  needs: VersionNeed;
  /** `either`: this machine's runs, or with `--aws` those of a stack. `stack`: it is about AWS without saying so. */
  worksOn: 'either' | 'stack';
}

/** The one list of commands that look for a stack. */
export const awsCommands = {
  status: { needs: 'near', worksOn: 'either' },
  pause: { needs: 'near', worksOn: 'either' },
  resume: { needs: 'near', worksOn: 'either' },
  cancel: { needs: 'near', worksOn: 'either' },
  export: { needs: 'near', worksOn: 'either' },
  coverage: { needs: 'near', worksOn: 'either' },
  forget: { needs: 'near', worksOn: 'either' },
  redrive: { needs: 'near', worksOn: 'stack' },
  doctor: { needs: 'any', worksOn: 'either' },
  enqueue: { needs: 'same', worksOn: 'stack' },
} as const satisfies Record<string, AwsCommandFacts>;

export type AwsCommand = keyof typeof awsCommands;

export const awsCommandNames = Object.keys(awsCommands) as AwsCommand[];

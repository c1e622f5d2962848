import type { NodejsFunction, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { OwnModule } from '../shared/own-files.ts';
import type { AnyFunctionName } from './permissions.ts';

/** The properties in which the functions differ. */
export type FunctionProps = Omit<NodejsFunctionProps, 'role' | 'logGroup' | 'bundling'> & {
  /** It opens the jobs of runs, with their handler files. */
  opensJobs?: true;
  /** It has a browser beside it. */
  hasBrowser?: true;
};

/** Makes a function of the stack. */
export type MakeFunction = (name: AnyFunctionName, module: OwnModule, props: FunctionProps) => NodejsFunction;

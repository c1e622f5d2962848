/** An emulator, which the SDK is led to by these variables, has neither a host name per bucket nor one per queue. */
export function hasOwnEndpoint(service: 'S3' | 'SQS', env: NodeJS.ProcessEnv = process.env): boolean {
  return env['AWS_ENDPOINT_URL'] !== undefined || env[`AWS_ENDPOINT_URL_${service}`] !== undefined;
}

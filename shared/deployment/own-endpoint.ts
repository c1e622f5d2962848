/** All of AWS is an emulator on this machine. An endpoint elsewhere may be AWS by a network of one's own. */
export function isOnThisMachine(env: NodeJS.ProcessEnv = process.env): boolean {
  const { hostname = '' } = URL.parse(env['AWS_ENDPOINT_URL'] ?? '') ?? {};
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** An emulator, which the SDK is led to by these variables, has neither a host name per bucket nor one per queue. */
export function hasOwnEndpoint(service: 'S3' | 'SQS', env: NodeJS.ProcessEnv = process.env): boolean {
  return env['AWS_ENDPOINT_URL'] !== undefined || env[`AWS_ENDPOINT_URL_${service}`] !== undefined;
}

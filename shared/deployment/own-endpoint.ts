/**
 * Whether all of AWS is an emulator on this machine. An endpoint elsewhere may be AWS through the user's own
 * network.
 */
export function isOnThisMachine(env: NodeJS.ProcessEnv = process.env): boolean {
  const { hostname = '' } = URL.parse(env['AWS_ENDPOINT_URL'] ?? '') ?? {};
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** An emulator, to which these variables direct the SDK, has no host name per bucket or queue. */
export function hasOwnEndpoint(service: 'S3' | 'SQS', env: NodeJS.ProcessEnv = process.env): boolean {
  return env['AWS_ENDPOINT_URL'] !== undefined || env[`AWS_ENDPOINT_URL_${service}`] !== undefined;
}

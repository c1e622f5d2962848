import type { Job } from './schema.ts';
import { filesOfTls } from './tls-schema.ts';

/** A file that a job names and whose content opens something: cookies, a list of proxies with passwords, a private key. */
export interface SecretFile {
  /** The key that names it, as a path. */
  key: string;
  path: string;
}

export function secretFilesOf({ sessions = {}, proxies, fetch }: Job): SecretFile[] {
  return [
    ...Object.entries(sessions).flatMap(([name, { cookies }]) =>
      cookies === undefined ? [] : [{ key: `sessions.${name}.cookies`, path: cookies }],
    ),
    ...(proxies?.file === undefined ? [] : [{ key: 'proxies.file', path: proxies.file }]),
    ...filesOfTls(fetch.tls).flatMap(({ host, name, path }) =>
      name === 'key' ? [{ key: `fetch.tls["${host}"].key`, path }] : [],
    ),
  ];
}

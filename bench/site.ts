import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pageHtml, robotsTxt } from './site-pages.ts';

/** A site on loopback, in a process of its own, that answers every path at once. */
export interface Site extends AsyncDisposable {
  /** What answers: nginx costs the machine least. */
  server: 'nginx' | 'node';
  /** `127.0.0.1:port`, one per host. */
  hosts: string[];
}

/** Starts nginx if it is asked for and installed, else the same site on `node:http`. */
export async function openSite(wanted: Site['server'], hostCount: number, folder: string): Promise<Site> {
  const ports = await freePorts(hostCount);
  const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
  const server = wanted === 'nginx' && hasNginx ? 'nginx' : 'node';
  const child = server === 'nginx' ? startNginx(ports, folder) : startNode(ports);
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  for (const host of hosts) await untilUp(`http://${host}/robots.txt`, child);
  return {
    server,
    hosts,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

function startNginx(ports: number[], folder: string): ChildProcess {
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000; default_type text/html; charset utf-8;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server {
        ${ports.map((port) => `listen 127.0.0.1:${port};`).join(' ')}
        location = /robots.txt { default_type text/plain; return 200 "${robotsTxt}"; }
        location / { return 200 '${pageHtml('$uri')}'; }
      }
    }`,
  );
  return spawn('nginx', ['-p', folder, '-c', config, '-e', 'stderr'], { stdio: 'ignore' });
}

function startNode(ports: number[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'site-server.ts'), ...ports.map(String)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Asked of the system all at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Throws, and ends the server, if it does not answer in some seconds. */
export async function untilUp(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(25);
  }
  child.kill('SIGTERM');
  throw new Error(`the site does not answer at ${url}`);
}

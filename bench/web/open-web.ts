import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nginxVersion } from '../peers/open-shop.ts';
import { untilUp } from '../site.ts';
import { cpuMsOf } from '../watch-processes.ts';
import type { WebCertificate } from './certificate.ts';
import { pageHtml, targetSizes } from './page-html.ts';
import { hostName, pagePath, type WebFiles } from './site.ts';
import { type Traffic, trafficOf } from './traffic.ts';

export interface OpenWeb extends AsyncDisposable {
  server: string;
  files: WebFiles;
  /** User and system time of the server since its start. */
  serverCpuMs(): number;
  /** From now on, what the server sees is counted anew. */
  forgetTraffic(): Promise<void>;
  /** What the server saw since it was last told to forget. */
  traffic(): Promise<Traffic>;
}

export interface WebOptions {
  files: WebFiles;
  certificate: WebCertificate;
  /** Where the pages are, and the server's own files go. */
  folder: string;
  /** The core that the server is pinned to. */
  core: number;
}

/** Writes the pages packed by gzip, as a site does that packs ahead. */
export function writePages(folder: string, pages: number): WebFiles {
  mkdirSync(join(folder, 'site/p'), { recursive: true });
  const sizes = targetSizes(pages).map((target, page) => {
    const html = Buffer.from(pageHtml(page, target));
    writeFileSync(join(folder, 'site', `${pagePath(page)}.gz`), gzipSync(html));
    return html.length;
  });
  return { pages, sizes };
}

/** Has nginx serve the pages of every host on port 443: TLS 1.3, HTTP/1.1 and 2, gzip, a log of every request. */
export async function openWeb({ files, certificate, folder, core }: WebOptions): Promise<OpenWeb> {
  const server = nginxVersion();
  const log = join(folder, 'access.log');
  const config = join(folder, 'nginx.conf');
  writeFileSync(log, '');
  writeFileSync(config, nginxConfig(folder, certificate));
  const args = ['-c', String(core), 'nginx', '-p', folder, '-c', config, '-e', 'stderr'];
  const child = spawn('taskset', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilUp(`https://${hostName(0)}/robots.txt`, child);
  let before = 0;
  return {
    server,
    files,
    serverCpuMs: () => cpuMsOf(child.pid ?? 0),
    async forgetTraffic() {
      truncateSync(log);
      before = await acceptedConnections();
    },
    async traffic() {
      const accepted = (await acceptedConnections()) - before - 1;
      return trafficOf(readFileSync(log, 'utf8'), accepted);
    },
    [Symbol.asyncDispose]: () => endProcess(child),
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
}

const statusAddress = '127.0.0.1:8080';

/** By nginx's own count, the connection that asks included. */
async function acceptedConnections(): Promise<number> {
  const answer = await fetch(`http://${statusAddress}/`, { headers: { connection: 'close' } });
  const [, accepted] = /requests\s+(\d+)/.exec(await answer.text()) ?? [];
  if (accepted === undefined) throw new Error('nginx does not tell how many connections it accepted');
  return Number(accepted);
}

function nginxConfig(folder: string, { chain, key }: WebCertificate): string {
  // Without a master nothing changes its user, so that it may look into a temporary folder.
  return `daemon off; master_process off; pid ${folder}/nginx.pid;
    events { worker_connections 16000; }
    http {
      log_format traffic '$connection $ssl_session_reused $server_protocol $status $body_bytes_sent $msec $request_time $host $uri';
      include /etc/nginx/mime.types; default_type text/html; charset utf-8; sendfile on; tcp_nopush on;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server { listen ${statusAddress}; access_log off; location / { stub_status; } }
      server {
        listen 443 ssl http2 backlog=4096; root ${folder}/site; access_log ${folder}/access.log traffic;
        ssl_certificate ${chain}; ssl_certificate_key ${key}; ssl_protocols TLSv1.3;
        ssl_session_cache shared:web:20m;
        gzip_static always; gunzip on; gzip_vary on;
        location = /robots.txt { gzip_static off; default_type text/plain; return 200 'User-agent: *\\nDisallow: /private/\\n'; }
      }
    }`;
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { nginxVersion } from '../peers/open-shop.ts';
import { untilUp } from '../site.ts';
import { cpuMsOf } from '../watch-processes.ts';
import type { WebCertificate } from './certificate.ts';
import { pageHtml, targetSizes } from './page-html.ts';
import type { Packing, WebRow } from './rows.ts';
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
  row: WebRow;
  certificate: WebCertificate;
  /** Where the pages are, and the server's own files go. */
  folder: string;
  /** The core that the server is pinned to. */
  core: number;
}

/** Writes the pages packed, as a site does that packs ahead: by gzip, and by brotli if a row asks for it. */
export function writePages(folder: string, pages: number, packings: Packing[]): WebFiles {
  for (const packing of packings) mkdirSync(join(folder, packing, 'p'), { recursive: true });
  const sizes = targetSizes(pages).map((target, page) => {
    const html = Buffer.from(pageHtml(page, target));
    for (const packing of packings)
      writeFileSync(join(folder, packing, pagePath(page)), packed[packing](html));
    return html.length;
  });
  return { pages, sizes };
}

/** Brotli's default of 11 takes a second for some of the pages; sites use 5 or so. */
const packed: Record<Packing, (html: Buffer) => Buffer> = {
  gzip: (html) => gzipSync(html),
  brotli: (html) => brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

/** Has nginx serve the pages of every host on port 443: TLS 1.3, HTTP/1.1 and 2, packed, with a log of every request. */
export async function openWeb(options: WebOptions): Promise<OpenWeb> {
  const { files, folder, core, row } = options;
  const server = nginxVersion();
  const log = join(folder, 'access.log');
  const config = join(folder, 'nginx.conf');
  writeFileSync(log, '');
  writeFileSync(config, nginxConfig(options));
  const slow = row.isSlow ? await openSlowServer(folder) : undefined;
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
    async [Symbol.asyncDispose]() {
      await Promise.all([child, slow].map((process) => process && endProcess(process)));
    },
  };
}

const slowSocket = (folder: string) => join(folder, 'slow.sock');

async function openSlowServer(folder: string): Promise<ChildProcess> {
  rmSync(slowSocket(folder), { force: true });
  const child = fork(join(import.meta.dirname, 'slow-server.ts'), [slowSocket(folder)]);
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (first !== 'ready') throw new Error('the server that lets pages wait did not start');
  return child;
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

function nginxConfig({ folder, certificate: { chain, key }, row }: WebOptions): string {
  const packings = row.packing === 'brotli' ? `default gzip; '~*\\bbr\\b' brotli;` : 'default gzip;';
  const files = `root ${folder}/$packing; add_header content-encoding $coding; add_header vary accept-encoding;`;
  const robots = `default_type text/plain; return 200 'User-agent: *\\nDisallow: /private/\\n';`;
  const pages = row.isSlow
    ? `location / { proxy_pass http://slow; proxy_http_version 1.1; proxy_set_header connection ''; proxy_set_header host $host; }
       location /files/p/ { internal; rewrite ^/files(.*)$ $1 break; ${files} }
       location = /files/robots.txt { internal; ${robots} }`
    : `location / { rewrite ^/\\d+(/p/.*)$ $1 break; ${files} } location = /robots.txt { ${robots} }`;
  // Without a master nothing changes its user, so that it may look into a temporary folder.
  return `daemon off; master_process off; pid ${folder}/nginx.pid;
    events { worker_connections 16000; }
    http {
      log_format traffic '$connection $ssl_session_reused $server_protocol $status $sent_http_content_encoding $msec $request_time $host $request_uri';
      map $http_accept_encoding $packing { ${packings} }
      map $packing $coding { gzip gzip; brotli br; }
      upstream slow { server unix:${slowSocket(folder)}; keepalive 1000; }
      include /etc/nginx/mime.types; default_type text/html; charset utf-8; sendfile on; tcp_nopush on;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server { listen ${statusAddress}; access_log off; location / { stub_status; } }
      server {
        listen 443 ssl http2 backlog=4096; listen 80 backlog=4096; access_log ${folder}/access.log traffic;
        ssl_certificate ${chain}; ssl_certificate_key ${key}; ssl_protocols TLSv1.3;
        ssl_session_cache shared:web:20m;
        ${pages}
      }
    }`;
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, untilUp } from '../site.ts';
import { cpuMsOf } from '../watch-processes.ts';
import { listingPath, listingsOf, productPath, type Shop } from './shop.ts';
import { frontHtml, listingHtml, productHtml } from './shop-pages.ts';

export interface OpenShop extends Shop, AsyncDisposable {
  server: string;
  /** User and system time of the server since its start. */
  serverCpuMs(): number;
}

export interface ShopOptions {
  products: number;
  /** Where files and the server's own go. */
  folder: string;
  /** The core that the server is pinned to. */
  core: number;
}

/** Writes the shop as static files and has nginx serve them, uncompressed, with keep-alive, without a log. */
export async function openShop({ products, folder, core }: ShopOptions): Promise<OpenShop> {
  const server = nginxVersion();
  const files = join(folder, 'site');
  const written = writeFiles(files, products);
  const [port = 0] = await freePorts(1);
  const child = startNginx({ port, files, folder, core });
  const origin = `http://127.0.0.1:${port}`;
  await untilUp(`${origin}/robots.txt`, child);
  const listings = listingsOf(products);
  return {
    origin,
    folder: files,
    products,
    listings,
    pages: written.pages,
    bytes: written.bytes,
    linksPerPage: Number((written.links / written.pages).toFixed(1)),
    server,
    serverCpuMs: () => cpuMsOf(child.pid ?? 0),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

export function nginxVersion(): string {
  const { error, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error('nginx is not installed: a server on Node would be the bottleneck');
  return /nginx\/\S+/.exec(stderr)?.[0] ?? 'nginx';
}

function writeFiles(folder: string, products: number): { pages: number; bytes: number; links: number } {
  const sum = { pages: 0, bytes: 0, links: 0 };
  const write = (path: string, html: string) => {
    const content = Buffer.from(html);
    writeFileSync(join(folder, path), content);
    sum.pages += 1;
    sum.bytes += content.length;
    // The script's text holds one that is none.
    sum.links += html.split('<a ').length - 2;
  };
  for (const part of ['p', 'c']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'robots.txt'), 'User-agent: *\nDisallow: /private/\nDisallow: /*.pdf\n');
  write('index.html', frontHtml({ products }));
  for (let index = 0; index < listingsOf(products); index += 1)
    write(listingPath(index), listingHtml(index, { products }));
  for (let index = 0; index < products; index += 1)
    write(productPath(index), productHtml(index, { products }));
  return sum;
}

interface NginxOptions {
  port: number;
  files: string;
  folder: string;
  core: number;
}

function startNginx({ port, files, folder, core }: NginxOptions): ChildProcess {
  const config = join(folder, 'nginx.conf');
  // Started by root, its worker would become a user who may not look into a temporary folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(
    config,
    `${user} daemon off; worker_processes 1; pid ${folder}/nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000; default_type text/html; charset utf-8;
      sendfile on; tcp_nopush on;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server {
        listen 127.0.0.1:${port}; root ${files}; index index.html;
        location = /robots.txt { default_type text/plain; }
      }
    }`,
  );
  const args = ['-c', String(core), 'nginx', '-p', folder, '-c', config, '-e', 'stderr'];
  return spawn('taskset', args, { stdio: 'ignore' });
}

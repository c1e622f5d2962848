import { isIP } from 'node:net';
import { isPublicAddress } from '../shared/fetch/connections/address-guard.ts';

/** A job's name from a host: `www.example.com` gives `example-com`. */
export function jobNameFor(url: string): string {
  const { hostname } = new URL(url);
  const name = hostname
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const named = /^[a-z]/.test(name) ? name : `site-${name}`;
  return named.slice(0, 63).replace(/-+$/, '');
}

export interface JobTemplate {
  name: string;
  /** Where the crawl starts. */
  url: string;
  /** Path of docs/job.schema.json relative to the job file; editors complete keys with it. */
  schemaPath: string;
}

/** A commented job that extracts title and heading of every page of a site: valid, and ready to run. */
export function jobTemplate({ name, url, schemaPath }: JobTemplate): string {
  return `# yaml-language-server: $schema=${schemaPath}
#
# Check it:             npx spinneret validate ${name}.yaml
# See one page of it:   npx spinneret try ${url} --file ${name}.yaml
# Run it:               npx spinneret run ${name}.yaml
# Every key is explained in docs/jobs.md.

name: ${name}

# Where pages come from: crawl, sitemap, urls, rest or send; several may be listed.
sources:
  - crawl:
      start: ${JSON.stringify(url)}
  # - sitemap:
  #     site: ${JSON.stringify(new URL(url).origin)} # its robots.txt names the sitemaps

# What to do with each kind of page. The first label whose pattern matches the URL counts.
pages:
  # product:
  #   match: /product/*
  #   fields:
  #     name: { select: h1, required: true }
  #     price: { select: .price, type: number, required: true }
  #     images: { select: .gallery img, attr: src, type: url, list: true }

  # default: every page that no other label matches.
  default:
    follow: ['a[href]'] # links to the same host; narrow it down, such as [.next a, .product a]
    fields:
      url: { page: url }
      title: title # a bare string is a CSS selector
      heading: h1
      links: { select: 'a[href]', attr: href, type: url, list: true }

limits:
  maxPages: 100 # never exceeded; raise it when the job is right

politeness:
  # contact: you@example.com # in the user agent, so that the site can reach you
  gapMs: 1000 # between two requests to one host
${isPrivate(url) ? '\nnetwork: allowPrivate # private and loopback addresses are refused otherwise\n' : ''}
output:
  formats: [jsonl] # csv, json, xlsx and geojson as well
`;
}

function isPrivate(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const isLocalName = host === 'localhost' || host.endsWith('.localhost');
  return isLocalName || (isIP(host) !== 0 && !isPublicAddress(host));
}

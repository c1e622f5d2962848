import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in PEM. */
export interface WebCertificate {
  /** What clients are to trust. */
  ca: string;
  /** The server's, with the intermediate that signed it behind it, as sites of the real web send them. */
  chain: string;
  key: string;
}

const extensions = `
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[site]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:*.web.test
`;

/** Makes a wildcard certificate for the hosts of the bench: ECDSA on P-256, signed by an intermediate of an authority of its own. */
export function makeCertificate(folder: string): WebCertificate {
  const { chain } = certificateIn(folder);
  const file = (name: string) => join(folder, name);
  writeFileSync(file('extensions.cnf'), extensions);
  const key = (name: string) =>
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file(`${name}.key`));
  const sign = (name: string, kind: 'ca' | 'site', by?: string) => {
    key(name);
    const request = file(`${name}.csr`);
    openssl('req', '-new', '-key', file(`${name}.key`), '-subj', `/CN=bench ${name}`, '-out', request);
    const signer =
      by === undefined
        ? ['-signkey', file(`${name}.key`)]
        : ['-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`), '-CAcreateserial'];
    const how = ['-days', '30', '-sha256', '-extfile', file('extensions.cnf'), '-extensions', kind];
    openssl('x509', '-req', '-in', request, ...signer, ...how, '-out', file(`${name}.pem`));
  };
  sign('root', 'ca');
  sign('intermediate', 'ca', 'root');
  sign('site', 'site', 'intermediate');
  writeFileSync(
    chain,
    openssl('x509', '-in', file('site.pem')) + openssl('x509', '-in', file('intermediate.pem')),
  );
  return certificateIn(folder);
}

/** Where `makeCertificate` puts it. */
export function certificateIn(folder: string): WebCertificate {
  return {
    ca: join(folder, 'root.pem'),
    chain: join(folder, 'chain.pem'),
    key: join(folder, 'site.key'),
  };
}

function openssl(...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error('openssl is not installed: it makes the certificate', { cause: error });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

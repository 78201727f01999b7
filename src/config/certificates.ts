import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Log } from '../airbyte/index.ts';

/** By which other programs are told of a gateway's authority. Node itself reads NODE_EXTRA_CA_CERTS alone. */
const variables = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'] as const;
const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Trusts the certificates in the files that SSL_CERT_FILE and REQUESTS_CA_BUNDLE name, beside those that are trusted
 * anyway. A file that cannot be used is a WARN.
 */
export function trustCertificates(env: NodeJS.ProcessEnv, log: Log): void {
  const byFile = Map.groupBy(variables, (name) => env[name] ?? '');
  byFile.delete('');
  for (const [path, names] of byFile) {
    try {
      const stats = statSync(path);
      if (!stats.isFile() && !stats.isDirectory()) throw Object.assign(new Error(path), { code: 'ESPIPE' });
      const certificates = readFileSync(path, 'utf8').match(pem)?.filter(isCertificate) ?? [];
      if (certificates.length === 0) throw new Error(path);
      setDefaultCACertificates([...getCACertificates('default'), ...certificates]);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      const reason = reasons[code] ?? 'it holds no certificates in PEM form';
      log.warn(`${names.join(', ')}: ${path} adds nothing to the certificates that are trusted: ${reason}.`);
    }
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  // It may have no end.
  ESPIPE: 'it is a pipe or a device, not a file of certificates',
  EISDIR: 'it is a directory, not a file of certificates',
};

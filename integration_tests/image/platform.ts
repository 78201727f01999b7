import { image } from './engine.ts';

/** What the platform sets for every command, and what a cluster's administrator may have added. */
const common = [
  'DEPLOYMENT_MODE=OSS',
  'USE_STREAM_CAPABLE_STATE=true',
  `WORKER_CONNECTOR_IMAGE=${image}`,
  'WORKER_JOB_ID=1',
  'WORKER_JOB_ATTEMPT=0',
  'LOG_LEVEL=INFO',
  'AIRBYTE_ENABLE_UNSAFE_CODE=false',
  'JAVA_OPTS=-Xmx1g',
];

const forRead = [
  'USE_FILE_TRANSFER=false',
  'CONCURRENT_SOURCE_STREAM_READ=false',
  'CONNECTOR_STORAGE_LIMIT_BYTES=5368709120',
  'DATA_CHANNEL_MEDIUM=STDIO',
  'DATA_CHANNEL_FORMAT=JSONL',
  // Set where the medium is STDIO too.
  'DATA_CHANNEL_SOCKET_PATHS=/var/run/sockets/airbyte_socket_1.sock',
];

/** As WorkloadSecurityContextProvider sets it; the root stays writable there, but nothing may need that. */
const security = ['--user=1000:1000', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--read-only'];

/** Options of `docker run` as the platform's pod for this command has them (RUN-04). */
export function podOptions(command: 'read' | 'check' | 'discover'): string[] {
  const own =
    command === 'read'
      ? forRead
      : [`OPERATION_TYPE=${command}`, `WORKLOAD_ID=00000000-0000-0000-0000-000000000000_1_0_${command}`];
  return [...security, ...[...common, ...own].map((entry) => `--env=${entry}`), '--network=host'];
}

import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** For tests: why it cannot be watched here what programs ask the system for; undefined where it can. */
export function whyNotTraced(): string | undefined {
  if (process.platform !== 'linux') return 'strace is for Linux';
  const { error, status } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (error !== undefined) return 'strace is not installed (apt-get install strace)';
  return status === 0 ? undefined : 'strace may not watch processes here';
}

/** For tests: the command that runs another one and writes down each of its, and its children's, calls that reach a network. */
export function tracedCommand(tracePath: string): readonly string[] {
  return [
    'strace',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-e',
    'trace=connect,sendto,sendmsg,sendmmsg',
    '-o',
    tracePath,
  ];
}

const addresses =
  /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)|sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/g;
const ownAddress = /^(127\.|::1$|::ffff:127\.)/;

/** For tests: the addresses outside of this machine that were connected or sent to, from what `tracedCommand` wrote down. */
export function outwardConnections(trace: string): string[] {
  return Array.from(trace.matchAll(addresses), ([, port, address, port6, address6]) => ({
    address: address ?? address6 ?? '',
    port: port ?? port6 ?? '',
  }))
    .filter(({ address }) => !ownAddress.test(address))
    .map(({ address, port }) => `${address} ${port}`);
}

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the system reads to start a program: its loader, folders of libraries, and single files. */
export interface Loaded {
  readonly interpreter: string | undefined;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

const libraryFolders = [
  '/lib',
  '/lib64',
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/nix/store',
  '/gnu/store',
];
/** `alternatives`: where links of libraries lead on Debian. */
const loaderFiles = ['/etc/ld.so.cache', '/etc/ld.so.preload', '/etc/alternatives'];
const interpreterSegment = 3;
const mostSegments = 64;

const known = new Map<string, Loaded>();

/**
 * What a Linux program needs beside itself. A static one needs nothing; others their loader and the folders of libraries: the
 * system's, the one beside the program's folder, and those of `LD_LIBRARY_PATH`.
 */
export function loadedBy(program: string): Loaded {
  let loaded = known.get(program);
  if (loaded === undefined) {
    loaded = readLoaded(program);
    known.set(program, loaded);
  }
  return loaded;
}

function readLoaded(program: string): Loaded {
  const interpreter = readInterpreter(program);
  if (interpreter === undefined) return { interpreter, folders: [], files: [] };
  const own = [
    path.join(path.dirname(program), '..', 'lib'),
    path.join(path.dirname(program), '..', 'lib64'),
  ];
  const named = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => path.isAbsolute(folder));
  // `/lib` beside `/bin` is the system's; a home folder's `lib` is only reached for a program in its `bin`.
  const folders = [...new Set([...libraryFolders, ...own, ...named].map((folder) => path.normalize(folder)))];
  return { interpreter, folders: folders.filter(isFolder), files: loaderFiles };
}

/** The path in PT_INTERP; undefined for a static program and for what is no ELF file (of 64 bits). */
function readInterpreter(program: string): string | undefined {
  const file = openSync(program, 'r');
  try {
    const read = (length: number, position: number): Buffer => {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, position);
      return bytes;
    };
    const header = read(64, 0);
    if (header.toString('latin1', 0, 5) !== '\x7fELF\x02') return undefined;
    const start = Number(header.readBigUInt64LE(32));
    const size = header.readUInt16LE(54);
    const count = Math.min(header.readUInt16LE(56), mostSegments);
    for (let index = 0; index < count; index++) {
      const segment = read(56, start + index * size);
      if (segment.readUInt32LE(0) !== interpreterSegment) continue;
      const length = Math.min(Number(segment.readBigUInt64LE(32)), 4096);
      return read(length, Number(segment.readBigUInt64LE(8)))
        .toString('utf8')
        .replace(/\0.*$/s, '');
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** True for a folder that is there. */
export function isFolder(candidate: string): boolean {
  return statSync(candidate, { throwIfNoEntry: false })?.isDirectory() === true;
}

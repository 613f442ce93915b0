import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../protocol/errors.ts';
import { unpatchedReason } from './ffmpeg-releases.ts';
import { chooseJail } from './jail/choose-jail.ts';
import type { Jail } from './jail/jail.ts';
import { runEnclosed } from './jail/spawn-enclosed.ts';

/** Where ffmpeg is looked for, in this order. */
export type FfmpegSource =
  'FFMPEG_BIN' | 'installed with the program' | 'ffmpeg-static' | 'system' | '@ffmpeg-installer/ffmpeg';

/** One place that was looked at, and what came of it. */
export interface FfmpegAttempt {
  readonly source: FfmpegSource;
  readonly path?: string;
  readonly outcome: string;
}

/** The ffmpeg that this machine decodes with. ffprobe is never needed. */
export interface Ffmpeg {
  readonly path: string;
  /** As the binary names it: `5.1.9-0+deb12u1`, or a build number. */
  readonly version: string;
  readonly source: FfmpegSource;
  readonly tried: readonly FfmpegAttempt[];
  /** Arguments that hand frames on as they come, neither doubled nor dropped; their name changed over time. */
  readonly passthroughArguments: readonly string[];
  /** What its children run in. */
  readonly jail: Jail;
  /** Why it is below the patched releases (ffmpeg-releases.ts); it works, and people are warned. */
  readonly unpatched?: string;
}

/** The oldest release that is supported. Builds are told apart by their libavcodec, since not all carry a release number. */
export const minimumFfmpegVersion = '4.0';
const minimumLibavcodec = 58;

const versionTimeoutMs = 15_000;

let located: { readonly environment: string | undefined; readonly ffmpeg: Promise<Ffmpeg> } | undefined;

/**
 * Finds ffmpeg: `FFMPEG_BIN`, the one that an installer brought along, the optional package ffmpeg-static, the system's, the
 * package @ffmpeg-installer/ffmpeg; the first that runs and is patched, else the first that runs and is new enough. What was
 * found is kept for the life of the process. A `FFMPEG_BIN` that does not work is an error rather than a reason to go on:
 * somebody chose it.
 * @throws EngineError FFMPEG_MISSING, FFMPEG_TOO_OLD; `details.tried` lists what was looked at.
 */
export function locateFfmpeg(): Promise<Ffmpeg> {
  const environment = process.env['FFMPEG_BIN'];
  if (located !== undefined && located.environment === environment) return located.ffmpeg;
  const entry = { environment, ffmpeg: search() };
  located = entry;
  entry.ffmpeg.catch(() => {
    if (located === entry) located = undefined; // it may be installed by the next time
  });
  return entry.ffmpeg;
}

async function search(): Promise<Ffmpeg> {
  const tried: FfmpegAttempt[] = [];
  const usable: Candidate[] = [];
  let tooOld = false;
  for (const { source, find } of places) {
    const candidate = await find();
    if (candidate === undefined) {
      tried.push({ source, outcome: source === 'FFMPEG_BIN' ? 'not set' : 'not installed' });
      continue;
    }
    const build = await readBuild(candidate);
    const outcome = describeBuild(build);
    if (typeof build !== 'string' && build.libavcodec >= minimumLibavcodec) {
      usable.push({ ...build, source, path: candidate, place: tried.length });
    }
    tooOld ||= typeof build !== 'string';
    tried.push({ source, path: candidate, outcome });
    if (source === 'FFMPEG_BIN' || usable.some(({ version }) => unpatchedReason(version) === undefined))
      break;
  }
  const chosen = usable.find(({ version }) => unpatchedReason(version) === undefined) ?? usable[0];
  if (chosen !== undefined) return await enclosed(chosen, tried);
  const list = tried.map((attempt) => `${attempt.source}: ${attempt.outcome}`);
  throw new EngineError(
    tooOld ? 'FFMPEG_TOO_OLD' : 'FFMPEG_MISSING',
    `No usable ffmpeg was found (${list.join('; ')}).`,
    { details: { tried: list } },
  );
}

interface Build {
  readonly version: string;
  /** 59.037 for 59.37. */
  readonly libavcodec: number;
}

interface Candidate extends Build {
  readonly source: FfmpegSource;
  readonly path: string;
  /** Among what was tried. */
  readonly place: number;
}

function describeBuild(build: Build | string): string {
  if (typeof build === 'string') return build;
  if (build.libavcodec >= minimumLibavcodec) return `version ${build.version}`;
  return `version ${build.version} is too old, ${minimumFfmpegVersion} is needed`;
}

async function enclosed(chosen: Candidate, tried: readonly FfmpegAttempt[]): Promise<Ffmpeg> {
  const { version, source, libavcodec } = chosen;
  const jail = await chooseJail(
    chosen.path,
    async (command) => (await runEnclosed(command, versionTimeoutMs)).failure,
  );
  const unpatched = unpatchedReason(version);
  return {
    ...{ path: chosen.path, version, source, jail },
    tried: tried.map((attempt, place) =>
      place === chosen.place ? { ...attempt, outcome: `in use, version ${version}` } : attempt,
    ),
    passthroughArguments: [libavcodec >= 59.037 ? '-fps_mode' : '-vsync', 'passthrough'],
    ...(unpatched !== undefined && { unpatched }),
  };
}

const places: readonly { readonly source: FfmpegSource; readonly find: () => Promise<string | undefined> }[] =
  [
    { source: 'FFMPEG_BIN', find: () => Promise.resolve(process.env['FFMPEG_BIN'] || undefined) },
    { source: 'installed with the program', find: findBesideArchive },
    { source: 'ffmpeg-static', find: () => packagedBinary('ffmpeg-static', (exported) => exported) },
    { source: 'system', find: findOnPath },
    {
      source: '@ffmpeg-installer/ffmpeg',
      find: () =>
        packagedBinary('@ffmpeg-installer/ffmpeg', (exported) =>
          typeof exported === 'object' && exported !== null && 'path' in exported ? exported.path : undefined,
        ),
    },
  ];

/** The binary of an optional package. Inside a packaged app it lies beside the archive, since archives cannot run. */
async function packagedBinary(
  name: string,
  readPath: (exported: unknown) => unknown,
): Promise<string | undefined> {
  let binary: unknown;
  try {
    binary = readPath(createRequire(import.meta.url)(name));
  } catch {
    return undefined; // an optional dependency: not installed, or not made for this platform
  }
  if (typeof binary !== 'string') return undefined;
  const outside = binary.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  return (await isFile(outside)) ? outside : undefined;
}

const programName = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';

/** Where an installed program has its ffmpeg (electron-builder.yml), by a module in its archive; undefined for a checkout. */
export function besideArchive(moduleUrl: string): string | undefined {
  const [, resources] = /^(.*)[\\/]app\.asar[\\/]/.exec(fileURLToPath(moduleUrl)) ?? [];
  return resources === undefined ? undefined : path.join(resources, 'ffmpeg', programName);
}

async function findBesideArchive(): Promise<string | undefined> {
  const candidate = besideArchive(import.meta.url);
  return candidate !== undefined && (await isFile(candidate)) ? candidate : undefined;
}

async function findOnPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, programName);
    if (folder !== '' && (await isFile(candidate))) return candidate;
  }
  return undefined;
}

function isFile(candidate: string): Promise<boolean> {
  return access(candidate, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The build's version and its libavcodec, or why it cannot be used. */
function readBuild(binary: string): Promise<Build | string> {
  return new Promise((resolve) => {
    execFile(
      binary,
      ['-hide_banner', '-version'],
      { timeout: versionTimeoutMs, windowsHide: true },
      (error, text) => {
        const version = /^ffmpeg version (\S+)/m.exec(text)?.[1];
        const [, major, minor] = /^libavcodec\s+(\d+)\.\s*(\d+)/m.exec(text) ?? [];
        if (error) resolve(`does not run (${error.message.split('\n')[0] ?? ''})`);
        else if (version === undefined || major === undefined || minor === undefined)
          resolve('is not ffmpeg');
        else resolve({ version, libavcodec: Number(major) + Number(minor) / 1000 });
      },
    );
  });
}

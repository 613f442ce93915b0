import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Installer } from '../host/contract/updates.ts';
import { publicBytes } from '../host/updates/announcement.ts';
import type { Announcement } from '../host/updates/announcement.ts';
import type { ReleaseSource } from '../host/updates/release-source.ts';

/** How long an announcement is good; `.github/workflows/renew-announcement.yml` signs the newest one anew each week. */
export const goodForDays = 45;
const dayMs = 24 * 60 * 60 * 1000;

/** `VideoMind-0.2.0-linux-x64.AppImage`: electron-builder.yml, `artifactName`; deb and AppImage call processors otherwise. */
const installerName =
  /^VideoMind-(?<version>\d+\.\d+\.\d+)-(?<os>linux|win|mac)-(?<arch>[\w]+)\.(?<form>AppImage|deb|exe|dmg)$/;
const platforms = { linux: 'linux', win: 'win32', mac: 'darwin' } as const;
const archs: Readonly<Record<string, Installer['arch']>> = {
  x64: 'x64',
  x86_64: 'x64',
  amd64: 'x64',
  arm64: 'arm64',
};

/** What of a release is announced. */
export interface AnnouncedRelease {
  readonly version: string;
  /** The folder that its installers lie in. */
  readonly folder: string;
  readonly source: ReleaseSource;
  readonly nowMs: number;
}

/** The announcement of a release, from its installers. @throws Error where one of them is not of this version, or none is there. */
export async function announce(release: AnnouncedRelease): Promise<Announcement> {
  const { version, folder, source, nowMs } = release;
  const installers: Installer[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!/\.(AppImage|deb|exe|dmg)$/.test(name)) continue;
    const { groups } = installerName.exec(name) ?? {};
    const arch = archs[groups?.['arch'] ?? ''];
    if (groups === undefined || arch === undefined || groups['version'] !== version) {
      throw new Error(`${name} is no installer of version ${version}.`);
    }
    installers.push({
      name,
      url: new URL(`download/v${version}/${encodeURIComponent(name)}`, source.pageUrl).href,
      platform: platforms[groups['os'] as keyof typeof platforms],
      arch,
      form: groups['form'] as Installer['form'],
      sizeBytes: (await stat(path.join(folder, name))).size,
      sha256: await sha256Of(path.join(folder, name)),
    });
  }
  if (installers.length === 0) throw new Error(`There are no installers in ${folder}.`);
  const releasedAt = new Date(nowMs).toISOString();
  const page = new URL(`tag/v${version}`, source.pageUrl).href;
  return { version, releasedAt, ...signingTimes(nowMs), page, installers };
}

/** From when to when an announcement is good that is signed now. */
export function signingTimes(nowMs: number): Pick<Announcement, 'signedAt' | 'validUntil'> {
  return {
    signedAt: new Date(nowMs).toISOString(),
    validUntil: new Date(nowMs + goodForDays * dayMs).toISOString(),
  };
}

/**
 * The private keys in this text: Ed25519, PEM, one after another.
 * @throws Error where there is none, or none that this program knows: what they signed would be believed by nobody.
 */
export function releaseKeys(text: string, source: ReleaseSource): KeyObject[] {
  const blocks = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? [];
  const keys = blocks.map((block) => createPrivateKey(block));
  if (keys.length === 0) throw new Error('RELEASE_KEY holds no private key (PEM).');
  const isKnown = keys.some((key) => source.keys.includes(publicBytes(createPublicKey(key))));
  if (!isKnown) throw new Error('package.json (releases.keys) names none of the keys in RELEASE_KEY.');
  return keys;
}

async function sha256Of(filePath: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(filePath)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

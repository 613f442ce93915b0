import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { installerSchema, isBelowPage } from '../contract/updates.ts';
import type { ReleaseSource } from './release-source.ts';
import { versionSchema } from './versions.ts';

/**
 * What a release says of itself. It is good for a while only: who holds back newer announcements can do so no longer than
 * that, and who publishes signs the newest one anew in time.
 */
export const announcementSchema = z.object({
  version: versionSchema,
  releasedAt: z.iso.datetime(),
  /** The order of announcements: none that was signed earlier than one already seen is believed. */
  signedAt: z.iso.datetime(),
  validUntil: z.iso.datetime(),
  page: z.url().max(2000),
  installers: z.array(installerSchema).max(50),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** The announcement as the text that was signed, and who signed it: so no form of JSON has to be agreed on. */
const envelopeSchema = z.object({
  signed: z.string(),
  signatures: z.array(z.object({ key: z.string(), signature: z.base64() })).max(10),
});

/** Before the signed text, so that a signature of this key on something else is never one on an announcement. */
const purpose = 'videomind release announcement 1\n';
/** Clocks differ. */
const clockToleranceMs = 24 * 60 * 60 * 1000;

/** Signs an announcement with each of these private keys. */
export function signAnnouncement(announcement: Announcement, privateKeys: readonly KeyObject[]): string {
  const signed = JSON.stringify(announcement, null, 2);
  const signatures = privateKeys.map((privateKey) => ({
    key: keyName(publicBytes(createPublicKey(privateKey))),
    signature: sign(null, signedBytes(signed), privateKey).toString('base64'),
  }));
  return `${JSON.stringify({ signed, signatures }, null, 2)}\n`;
}

/** How an announcement is judged. */
export interface Judging {
  readonly source: ReleaseSource;
  readonly nowMs: number;
  /** When the newest announcement was signed that this machine has believed. */
  readonly newestSignedAtMs?: number | undefined;
}

/**
 * Reads an announcement and believes it only if one of the program's own keys signed it, it is still good, none newer was
 * seen, and it leads nowhere but to the page of releases.
 * @throws EngineError UPDATE_REFUSED, saying which of these it is.
 */
export function readAnnouncement(text: string, judging: Judging): Announcement {
  const announcement = readSigned(text, judging.source);
  const { nowMs, newestSignedAtMs = -Infinity } = judging;
  const signedAtMs = Date.parse(announcement.signedAt);
  if (signedAtMs > nowMs + clockToleranceMs) {
    throw refused(`It was signed on ${announcement.signedAt}, which is still to come.`, 'Set the clock.');
  }
  if (signedAtMs < newestSignedAtMs) {
    const seen = new Date(newestSignedAtMs).toISOString();
    throw refused(`It was signed on ${announcement.signedAt}, and one of ${seen} was seen here before.`);
  }
  if (Date.parse(announcement.validUntil) < nowMs) {
    throw refused(`It was good until ${announcement.validUntil} and may hide a newer one.`);
  }
  return announcement;
}

/**
 * An announcement that is signed and leads to the page of releases, be it old or new.
 * @throws EngineError UPDATE_REFUSED.
 */
export function readSigned(text: string, source: ReleaseSource): Announcement {
  const envelope = envelopeSchema.safeParse(parse(text));
  if (!envelope.success) throw refused('It is no announcement of a release.');
  const { signed, signatures } = envelope.data;
  const isSigned = source.keys.some((key) =>
    signatures.some(
      ({ key: name, signature }) =>
        name === keyName(key) &&
        verify(null, signedBytes(signed), publicKeyOf(key), Buffer.from(signature, 'base64')),
    ),
  );
  if (!isSigned) throw refused('It does not carry the signature of a key that this program knows.');
  const announcement = announcementSchema.safeParse(parse(signed));
  if (!announcement.success) throw refused('What was signed is of a form that this version does not know.');
  const { page, installers } = announcement.data;
  const foreign = [page, ...installers.map(({ url }) => url)].find(
    (url) => !isBelowPage(source.pageUrl, url),
  );
  if (foreign !== undefined) throw refused(`It leads to ${foreign}, which is not below ${source.pageUrl}.`);
  return announcement.data;
}

/** A public key as the program keeps it: its 32 bytes, base64. */
export function publicBytes(publicKey: KeyObject): string {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}

/** Short enough to be read out. */
function keyName(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 16);
}

function publicKeyOf(key: string): KeyObject {
  const x = Buffer.from(key, 'base64').toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
}

function signedBytes(signed: string): Buffer {
  return Buffer.from(purpose + signed, 'utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(reason: string, remedy?: string): EngineError {
  const message = `What was announced as the newest release is not believed. ${reason}`;
  return new EngineError('UPDATE_REFUSED', message, remedy === undefined ? {} : { remedy });
}

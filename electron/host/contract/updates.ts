import { z } from 'zod';

/** True for addresses on this page (it ends with a slash) and below it, and for no other. */
export function isBelowPage(pageUrl: string, address: string): boolean {
  const url = URL.parse(address);
  // As a browser will read it: dots and slashes of every kind are resolved by then.
  return url !== null && url.username === '' && url.password === '' && url.href.startsWith(pageUrl);
}

/** An installer of a release. Nothing of it is fetched or run by the program: a person opens its address in a browser. */
export const installerSchema = z.object({
  name: z.string().min(1).max(200),
  url: z.url().max(2000),
  platform: z.enum(['linux', 'win32', 'darwin']),
  arch: z.enum(['x64', 'arm64']),
  form: z.enum(['AppImage', 'deb', 'exe', 'dmg']),
  sizeBytes: z.number().int().positive(),
  /** To compare the downloaded file with. */
  sha256: z.string().regex(/^[\da-f]{64}$/),
});
export type Installer = z.infer<typeof installerSchema>;

/** What a check for a newer release found. */
export const updateAnswerSchema = z.object({
  /** `older`: what is announced comes before this program, and is not for it. */
  state: z.enum(['newer', 'current', 'older']),
  /** The announced release. */
  version: z.string(),
  thisVersion: z.string(),
  releasedAtMs: z.number(),
  /** Where it is described and offered, for people. */
  pageUrl: z.string(),
  /** Its installers for the machine that the program runs on. */
  installers: z.array(installerSchema),
});
export type UpdateAnswer = z.infer<typeof updateAnswerSchema>;

/** What is known of updates without asking anybody. */
export const updateStateSchema = z.object({
  /** Who would be asked; absent in a program that was built without an address of releases and a key. */
  host: z.string().optional(),
  /** The last check, by whomever. */
  last: z
    .object({
      atMs: z.number(),
      /** Absent where it failed. */
      answer: updateAnswerSchema.optional(),
      failure: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
    })
    .optional(),
});
export type UpdateState = z.infer<typeof updateStateSchema>;

import { expect, it } from 'vitest';
import type { Keychain } from './secret-box.ts';
import { systemSecretBox } from './secret-box.ts';

function keychain(isAvailable: boolean, kind?: string): Keychain {
  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(isAvailable),
    encryptStringAsync: (text) => Promise.resolve(Buffer.from(text).reverse()),
    decryptStringAsync: (encrypted) =>
      Promise.resolve({ result: Buffer.from(encrypted).reverse().toString(), shouldReEncrypt: false }),
    ...(kind === undefined ? {} : { getSelectedStorageBackend: () => kind as 'basic_text' }),
  };
}

it.each([
  ['a Linux desktop with a keyring', keychain(true, 'gnome_libsecret'), 'linux', true],
  ['a Mac', keychain(true), 'darwin', true],
  ['Windows', keychain(true, 'unknown'), 'win32', true],
  [
    'a Linux desktop without one, where all programs know the password',
    keychain(true, 'basic_text'),
    'linux',
    false,
  ],
  ['a Linux that has not said its kind', keychain(true, 'unknown'), 'linux', false],
  ['a system that cannot encrypt', keychain(false), 'linux', false],
  ['an Electron without it', {}, 'linux', false],
] as const)('on %s a token is kept, or it is said why not', async (_where, chain, platform, keeps) => {
  const box = systemSecretBox(chain, platform);
  const whyNot = await box.whyNot();
  expect(whyNot === undefined).toBe(keeps);
  if (keeps) expect(await box.decrypt(await box.encrypt('hf_secret'))).toBe('hf_secret');
  else expect(whyNot).toContain('HF_TOKEN');
});

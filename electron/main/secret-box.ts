import type { SafeStorage } from 'electron';
import type { SecretBox } from '../host/downloads/kept-tokens.ts';

/** What of Electron's keychain is used. Electron before 41 lacks it, and there no token is kept. */
export type Keychain = Partial<
  Pick<
    SafeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >
>;

/** Kinds that Chromium falls back to where a Linux desktop has no keychain: a password that every program knows. */
const knownToAll: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/** The system's keychain as the host uses it: Keychain, DPAPI, or what the Linux desktop has. */
export function systemSecretBox(keychain: Keychain, platform: NodeJS.Platform): SecretBox {
  return {
    whyNot: async () => {
      const kind = platform === 'linux' ? keychain.getSelectedStorageBackend?.() : undefined;
      const isAvailable = (await keychain.isAsyncEncryptionAvailable?.()) ?? false;
      if (isAvailable && (kind === undefined || !knownToAll.has(kind))) return undefined;
      const also = platform === 'linux' ? ' (GNOME Keyring or KWallet, unlocked)' : '';
      return `This system has no keychain${also} that the program could use, so no token is kept. Set it in the environment (HF_TOKEN, MODELSCOPE_API_TOKEN) instead.`;
    },
    encrypt: async (text) => {
      const encrypted = await keychain.encryptStringAsync?.(text);
      if (encrypted === undefined) throw new Error('This system has no keychain.');
      return encrypted;
    },
    decrypt: async (encrypted) => {
      const decrypted = await keychain.decryptStringAsync?.(encrypted);
      if (decrypted === undefined) throw new Error('This system has no keychain.');
      return decrypted.result;
    },
  };
}

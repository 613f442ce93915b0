import type { ShellBridge } from '../../electron/host/contract/shell-bridge.ts';
import { browserBridge } from './browser-bridge.ts';

declare global {
  interface Window {
    /** Put here by the Electron shell's preload. */
    readonly videomind?: ShellBridge;
  }
}

/** The preload's bridge where there is one, else one made from the page's address. */
export function chooseBridge(page: Window): ShellBridge {
  return page.videomind ?? browserBridge(page.location.href, platformOf(page.navigator.userAgent));
}

/** Which names the keys of this machine have: `darwin`, `win32` or `linux`. */
export function platformOf(userAgent: string): string {
  if (/Mac|iPhone|iPad/.test(userAgent)) return 'darwin';
  return userAgent.includes('Windows') ? 'win32' : 'linux';
}

import { EngineError } from '../../native-models/protocol/errors.ts';
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
  if (page.videomind !== undefined) return withTypedReasons(page.videomind);
  return browserBridge(page.location.href, platformOf(page.navigator.userAgent));
}

/** Errors lose their kind on the way out of the preload, so its connections only say that they closed. */
function withTypedReasons(bridge: ShellBridge): ShellBridge {
  return {
    ...bridge,
    connect: () => {
      const connection = bridge.connect();
      return {
        ...connection,
        onClose: (closed) =>
          connection.onClose(() =>
            closed(new EngineError('ENGINE_UNRESPONSIVE', 'The connection to the program was lost.')),
          ),
      };
    },
  };
}

/** Which names the keys of this machine have: `darwin`, `win32` or `linux`. */
export function platformOf(userAgent: string): string {
  if (/Mac|iPhone|iPad/.test(userAgent)) return 'darwin';
  return userAgent.includes('Windows') ? 'win32' : 'linux';
}

import '@fontsource-variable/inter/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/forced-colors.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { createApplication } from './app/application.ts';
import type { Clock } from './app/application.ts';
import { App } from './app/App.tsx';
import { keepPlaces } from './app/places/keep-places.ts';
import { storedUnsentEdits } from './app/library/stored-unsent-edits.ts';
import { keepsNothing } from './app/library/unsent-edits.ts';
import type { UnsentEdits } from './app/library/unsent-edits.ts';
import { chooseBridge } from './transport/choose-bridge.ts';
import { windowIdOf } from './transport/window-id.ts';

// Schemas compiled to functions need eval, which the content security policy refuses.
z.config({ jitless: true });

/** Longest wait for a frame: windows that are not seen draw none. */
const longestFrameMs = 100;

const windowId = windowIdOf(window);
const clock: Clock = {
  schedule: (flush) => {
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      flush();
    });
    const timer = setTimeout(() => {
      cancelAnimationFrame(frame);
      flush();
    }, longestFrameMs);
  },
  delay: (act, durationMs) => {
    const timer = setTimeout(act, durationMs);
    return () => clearTimeout(timer);
  },
};
const app = createApplication(chooseBridge(window), clock, { windowId, unsent: unsentEdits() });
keepPlaces(app, clock.delay);
window.addEventListener('pagehide', () => app.places.keepNow());
app.connection.start();

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App app={app} />);

function unsentEdits(): UnsentEdits {
  try {
    return storedUnsentEdits(
      window.localStorage,
      windowId,
      window.isSecureContext ? navigator.locks : undefined,
    );
  } catch {
    // Storage is forbidden here.
    return keepsNothing;
  }
}

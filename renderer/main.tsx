import '@fontsource-variable/inter/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { createApplication } from './app/application.ts';
import { App } from './app/App.tsx';
import { chooseBridge } from './transport/choose-bridge.ts';

// Schemas compiled to functions need eval, which the content security policy refuses.
z.config({ jitless: true });

/** Longest wait for a frame: windows that are not seen draw none. */
const longestFrameMs = 100;

const app = createApplication(chooseBridge(window), {
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
});
app.connection.start();

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App app={app} />);

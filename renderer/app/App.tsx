import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { StrictMode } from 'react';
import type { Application } from './application.ts';
import { Dialogs } from './dialogs/Dialogs.tsx';
import { DropArea } from './frame/DropArea.tsx';
import { Notices } from './frame/Notices.tsx';
import { Window } from './frame/Window.tsx';
import { ApplicationContext } from './use-app.ts';
import { useShellCommands } from './use-shell-commands.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useTheme } from './use-theme.ts';

const hintDelayMs = 500;

/** The whole window. */
export function App({ app }: { readonly app: Application }) {
  return (
    <StrictMode>
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={hintDelayMs}>
          <ApplicationContext value={app}>
            <WindowContent app={app} />
          </ApplicationContext>
        </Tooltip.Provider>
      </CSPProvider>
    </StrictMode>
  );
}

function WindowContent({ app }: { readonly app: Application }) {
  useTheme(app);
  useShortcuts(app);
  useShellCommands(app);
  return (
    <DropArea>
      <Window />
      <Dialogs />
      <Notices />
    </DropArea>
  );
}

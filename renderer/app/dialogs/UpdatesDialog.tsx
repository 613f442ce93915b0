import { ExternalLink } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Installer, UpdateAnswer } from '../../../electron/host/contract/updates.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatBytes } from '../../ui/format.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './UpdatesDialog.module.css';

const texts = appTexts.updatesTexts;

/** Asks whether a newer release is there, and shows where it is: opening this dialog is the asking. */
export function UpdatesDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const [found, setFound] = useState<UpdateAnswer | EngineError>();
  const [asked, setAsked] = useState(1);
  useEffect(() => {
    let isShown = true;
    const take = (next: UpdateAnswer | EngineError): void => {
      if (isShown) setFound(next);
    };
    app.call('updatesCheck', {}).then(take, (thrown: unknown) => take(toEngineError(thrown)));
    return () => {
      isShown = false;
    };
  }, [app, asked]);
  const again = (): void => {
    setFound(undefined);
    setAsked((count) => count + 1);
  };
  return (
    <Dialog
      title={texts.title}
      open
      onClose={onClose}
      actions={
        <Button onClick={again} disabled={found === undefined}>
          {texts.again}
        </Button>
      }
    >
      <div className={styles.content} aria-live="polite" aria-busy={found === undefined}>
        {found === undefined ? (
          <p className={styles.detail}>{texts.checking}</p>
        ) : found instanceof Error ? (
          <ErrorNote
            level={found.code === 'UPDATE_REFUSED' ? 'error' : 'warning'}
            message={found.message}
            remedy={found.remedy}
          />
        ) : (
          <Answer answer={found} />
        )}
      </div>
    </Dialog>
  );
}

function Answer({ answer }: { readonly answer: UpdateAnswer }) {
  const { state, version, thisVersion, releasedAtMs, installers, pageUrl } = answer;
  const released = new Date(releasedAtMs).toLocaleDateString('en-GB', { dateStyle: 'long' });
  return (
    <>
      <h3 className={styles.state}>{texts.states[state](version)}</h3>
      <p className={styles.detail}>{texts.detail(thisVersion, released)}</p>
      {state === 'newer' && (
        <>
          <p>{installers.length > 0 ? texts.choose : texts.noInstaller}</p>
          <ul className={styles.installers}>
            {installers.map((installer) => (
              <InstallerRow key={installer.name} installer={installer} />
            ))}
          </ul>
          <p>
            <PageLink url={pageUrl}>{texts.notes}</PageLink>
          </p>
        </>
      )}
    </>
  );
}

function InstallerRow({ installer }: { readonly installer: Installer }) {
  const { form, name, sizeBytes, sha256, url } = installer;
  return (
    <li className={styles.installer}>
      <span className={styles.form}>
        <PageLink url={url}>{texts.forms[form]}</PageLink>
        <span className={styles.detail}>{formatBytes(sizeBytes)}</span>
      </span>
      <span className={styles.file}>{name}</span>
      <span className={styles.file}>{texts.checksum}</span>
      <code className={styles.checksum}>{sha256}</code>
    </li>
  );
}

/** Leads out of the window, into the person's browser. */
function PageLink({ url, children }: { readonly url: string; readonly children: string }) {
  const { bridge, attempt } = useApp();
  return (
    <a
      className={styles.link}
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      onClick={(event) => {
        if (bridge.openReleasePage === undefined) return;
        event.preventDefault();
        void attempt(bridge.openReleasePage(url));
      }}
    >
      {children}
      <ExternalLink size={13} aria-hidden="true" />
    </a>
  );
}

import { Download, FolderOpen, Sparkles, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { DownloadableModel } from '../../electron/host/contract/models.ts';
import { openDemoClip } from '../app/actions/demo-actions.ts';
import { addModelFolder, chooseModel, downloadModel } from '../app/actions/model-actions.ts';
import { changeSettings } from '../app/actions/project-actions.ts';
import type { Application } from '../app/application.ts';
import { useApp } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { modelTexts } from './texts.ts';
import styles from './FirstStart.module.css';

const texts = modelTexts.firstStart;
/** The model that a first start offers. */
const firstModelKey = 'videomind-2b';

/** What a new user sees first: three ways to begin, of which one works at once. */
export function FirstStart() {
  const app = useApp();
  const [downloadable, setDownloadable] = useState<readonly DownloadableModel[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void app.attempt(app.call('modelsList', {})).then((list) => setDownloadable(list?.downloadable ?? []));
  }, [app]);
  const first = downloadable.find(({ key }) => key === firstModelKey) ?? downloadable[0];
  const begin = (work: () => Promise<boolean>) => () => {
    setBusy(true);
    void work().then(async (begun) => {
      if (begun) await changeSettings(app, { firstStartDone: true });
      setBusy(false);
    });
  };
  return (
    <main className={styles.page}>
      <div className={styles.content}>
        <img src="./icon.svg" alt="" width={56} height={56} />
        <h1 className={styles.title}>{texts.title}</h1>
        <p className={styles.text}>{texts.text}</p>
        <div className={styles.ways}>
          <Way
            icon={<Sparkles size={22} aria-hidden="true" />}
            title={texts.demo}
            text={texts.demoText}
            action={
              <Button look="primary" disabled={busy} onClick={begin(() => startDemo(app))}>
                {texts.demoAction}
              </Button>
            }
          />
          <Way
            icon={<Download size={22} aria-hidden="true" />}
            title={texts.download}
            text={
              first === undefined ? '' : texts.downloadText(formatBytes(first.downloadBytes), first.licence)
            }
            action={
              <Button
                disabled={busy || first === undefined}
                onClick={begin(() =>
                  first === undefined ? Promise.resolve(false) : downloadModel(app, first.key, 'int8'),
                )}
              >
                {texts.downloadAction}
              </Button>
            }
          />
          <Way
            icon={<FolderOpen size={22} aria-hidden="true" />}
            title={texts.folder}
            text={texts.folderText}
            action={
              <Button disabled={busy} onClick={begin(() => addModelFolder(app))}>
                {texts.folderAction}
              </Button>
            }
          />
        </div>
        <Button look="quiet" disabled={busy} onClick={begin(() => Promise.resolve(true))}>
          {texts.skip}
        </Button>
        <p className={styles.offline}>
          <WifiOff size={14} aria-hidden="true" />
          {texts.offline}
        </p>
      </div>
    </main>
  );
}

interface WayProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly action: ReactNode;
}

function Way({ icon, title, text, action }: WayProps) {
  return (
    <section className={styles.way}>
      <span className={styles.icon}>{icon}</span>
      <h2 className={styles.name}>{title}</h2>
      <p className={styles.words}>{text}</p>
      {action}
    </section>
  );
}

/** The demo model answers, and its clip is opened with a question written already. */
async function startDemo(app: Application): Promise<boolean> {
  const demo = app.library.getState().models.find((model) => model.demo);
  if (demo !== undefined) await chooseModel(app, demo.id);
  await openDemoClip(app);
  return true;
}

import { Dialog } from '../../ui/Dialog.tsx';
import { Keys } from '../../ui/Keys.tsx';
import { commands } from '../commands/command-table.ts';
import { showChord } from '../commands/keys.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './KeysDialog.module.css';

/** The keyboard map: every command with a key, by group. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { platform } = useApp().bridge;
  const groups = Map.groupBy(
    commands.filter(({ keys }) => keys.length > 0),
    ({ group }) => group,
  );
  return (
    <Dialog title={appTexts.keys} open wide reading onClose={onClose}>
      <div className={styles.groups}>
        {[...groups].map(([group, members]) => (
          <section key={group} className={styles.group}>
            <h3 className={styles.title}>{group}</h3>
            <dl className={styles.list}>
              {members.map((command) => (
                <div key={command.id}>
                  <dt>{command.title}</dt>
                  <dd>
                    <Keys keys={showChord(command.keys[0] ?? '', platform)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

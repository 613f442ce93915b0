import { useStore } from 'zustand';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { roleNames } from '../../../native-models/protocol/roles.ts';
import type { Model } from '../../../electron/host/contract/models.ts';
import { Hint } from '../../ui/Hint.tsx';
import { sessionTexts } from '../texts.ts';
import { draftRoles } from './ask-draft.ts';
import { isNeeded, switchRole } from './role-rules.ts';
import styles from './RoleToggles.module.css';

const texts = sessionTexts.asking;

/** Which roles are asked, in the order in which they run. */
export function RoleToggles() {
  const model = useLibrary(currentModel);
  if (model?.agent !== 'chain') return null;
  return <Toggles model={model} />;
}

function Toggles({ model }: { readonly model: Model }) {
  const { draft } = useApp();
  const roles = draftRoles(useStore(draft), model);
  return (
    <div className={styles.roles} role="group" aria-label={texts.roles}>
      {roleNames.map((role) => {
        const missing = !model.roles.includes(role);
        const needed = isNeeded(roles, role);
        const hint = missing ? texts.roleMissing : needed ? texts.roleNeeded : sessionTexts.roleHints[role];
        return (
          <Hint key={role} text={hint}>
            <button
              type="button"
              className={styles.role}
              data-role={role}
              aria-pressed={roles.includes(role)}
              aria-disabled={missing || needed}
              onClick={() => draft.setState({ roles: switchRole(roles, role, model.roles) })}
            >
              <span className={styles.dot} aria-hidden="true" />
              {sessionTexts.roles[role]}
            </button>
          </Hint>
        );
      })}
    </div>
  );
}

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSettings } from '../../app/settings';
import { useTexts } from '../../i18n/texts';
import { LoginForm } from './LoginForm';
import { texts } from './texts';
import './login.css';

/** Over the page that one was at when the session ended: it goes on where it was, or one logs out. */
export function LoginDialog({ onLoggedIn }: { onLoggedIn: () => void }) {
  const t = useTexts(texts);
  const { logOut } = useSettings();
  return (
    <Modal visible header={t.title} className="login-dialog">
      <SpaceBetween size="l">
        <Box variant="p">{t.ended}</Box>
        <LoginForm
          onLoggedIn={onLoggedIn}
          otherAction={
            <Button variant="link" formAction="none" onClick={logOut}>
              {t.logOut}
            </Button>
          }
        />
      </SpaceBetween>
    </Modal>
  );
}
